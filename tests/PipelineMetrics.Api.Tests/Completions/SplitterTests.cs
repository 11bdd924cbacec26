using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using PipelineMetrics.Api.Completions;

namespace PipelineMetrics.Api.Tests.Completions;

/// <summary>However a body is cut into pieces on the way, the records are the same.</summary>
public sealed class SplitterTests
{
    private static readonly string[] Texts = ["", "x", "]},[{", "\\", "\"", "\\\"", "\\\\\"", "a\nb", "日本語😀", ","];
    private static readonly string[] Gaps = ["", " ", "\n", "\r\n\t "];

    [Fact]
    public void An_array_gives_the_elements_that_a_parser_finds()
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            var elements = Enumerable.Range(0, random.Next(8)).Select(_ => Gap(random) + Value(random, depth: 3) + Gap(random));
            var text = $"{Gap(random)}[{string.Join(",", elements)}{Gap(random)}]{Gap(random)}";
            var mark = random.Next(4) == 0 ? "\uFEFF" : "";
            Split(new ArraySplitter(10_000), mark + text, random).Select(Canonical)
                .ShouldBe(JsonElement.Parse(text).EnumerateArray().Select(e => Canonical(e.GetRawText())), $"seed {seed}: {text}");
        }
    }

    [Fact]
    public void Lines_give_their_text()
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            var lines = Enumerable.Range(0, random.Next(8)).Select(_ => Value(random, depth: 2)).ToList();
            var text = string.Concat(lines.Select(line => line + (random.Next(2) == 0 ? "\n" : "\r\n \n")));
            if (random.Next(2) == 0) text = text.TrimEnd();
            Split(new NdjsonSplitter(10_000), text, random).Select(l => l.TrimEnd('\r')).ShouldBe(lines, $"seed {seed}");
        }
    }

    [Theory]
    [InlineData(6, 1)]
    [InlineData(5, 0)]
    public void A_line_may_be_as_long_as_the_limit(int limit, int kept)
    {
        for (var seed = 0; seed < 20; seed++)
            Split(new NdjsonSplitter(limit), "123456\n1\n", new Random(seed)).Count(l => l.Length == 6).ShouldBe(kept);
    }

    [Fact]
    public void An_element_beyond_the_limit_ends_the_array_before_all_of_it_has_arrived()
    {
        var buffer = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes("[\"1234567890"));
        Should.Throw<BadHttpRequestException>(() => new ArraySplitter(8).TryNext(ref buffer, isLast: false, out _)).StatusCode.ShouldBe(413);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("\uFEFF\uFEFF[]")]
    [InlineData("[1,]")]
    [InlineData("[,1]")]
    [InlineData("[1 2")]
    [InlineData("[{\"a\":\"]}")]
    [InlineData("[]]")]
    [InlineData("[] {}")]
    [InlineData("{\"a\":[]}")]
    public void What_is_no_array_is_refused_however_it_arrives(string text)
    {
        for (var seed = 0; seed < 20; seed++)
            Should.Throw<BadHttpRequestException>(() => Split(new ArraySplitter(1000), text, new Random(seed))).StatusCode.ShouldBe(400);
    }

    // What arrives grows by random pieces, each a segment of its own; what was taken is cut off the front, as a pipe does it.
    private static List<string> Split(ILineSplitter splitter, string text, Random random)
    {
        var records = new List<string>();
        var bytes = Encoding.UTF8.GetBytes(text);
        var (taken, arrived, most) = (0, 0, random.Next(2, 12));
        while (true)
        {
            var buffer = Pieces(bytes.AsMemory(taken, arrived - taken), random);
            while (splitter.TryNext(ref buffer, arrived == bytes.Length, out var line)) records.Add(Encoding.UTF8.GetString(line.Json));
            taken = arrived - (int)buffer.Length;
            if (arrived == bytes.Length) return records;
            arrived = Math.Min(bytes.Length, arrived + random.Next(1, most));
        }
    }

    private static ReadOnlySequence<byte> Pieces(ReadOnlyMemory<byte> bytes, Random random)
    {
        var first = new Piece(default, before: null);
        var last = first;
        while (bytes.Length > 0)
        {
            var length = random.Next(1, bytes.Length + 1);
            last = new Piece(bytes[..length], last);
            bytes = bytes[length..];
        }
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private static string Value(Random random, int depth) => random.Next(depth > 0 ? 7 : 4) switch
    {
        0 => "null",
        1 => "-1.5e3",
        2 => JsonSerializer.Serialize(Texts[random.Next(Texts.Length)]),
        3 => "\"\\u005d\\\"\"",
        4 => $"[{string.Join(" ,", Enumerable.Range(0, random.Next(3)).Select(_ => Value(random, depth - 1)))}]",
        _ => $"{{{string.Join(", ", Enumerable.Range(0, random.Next(3)).Select(i => $"\"k{i}]\": {Value(random, depth - 1)}"))}}}",
    };

    private static string Gap(Random random) => Gaps[random.Next(Gaps.Length)];

    private static string Canonical(string json) => JsonNode.Parse(json)?.ToJsonString() ?? "null";

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, Piece? before)
        {
            (Memory, RunningIndex) = (memory, before is null ? 0 : before.RunningIndex + before.Memory.Length);
            if (before is not null) before.Next = this;
        }
    }
}
