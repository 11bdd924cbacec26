using System.Buffers;
using System.Text;
using System.Text.Json;
using PipelineMetrics.Api.Completions;

namespace PipelineMetrics.Api.Tests.Completions;

/// <summary>However a body is cut into pieces on the way, the records are the same.</summary>
public sealed class SplitterTests
{
    private static readonly string[] Elements = ["{}", """{"a":"]},[{\"\\"}""", """ {"a" : [1,{"b":null}], "c":"\u005d"} """, "1", "\"x,y\"", "[[],[]]", "null"];

    [Fact]
    public void An_array_gives_its_elements()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var text = "[" + string.Join(random.Next(2) == 0 ? "," : "\n ,", Enumerable.Range(0, random.Next(8)).Select(_ => Elements[random.Next(Elements.Length)])) + "]";
            Split(new ArraySplitter(1000), text, random).Select(Canonical)
                .ShouldBe(JsonElement.Parse(text).EnumerateArray().Select(e => Canonical(e.GetRawText())), $"seed {seed}: {text}");
        }
    }

    [Fact]
    public void Lines_give_their_text()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var lines = Enumerable.Range(0, random.Next(8)).Select(_ => Elements[random.Next(Elements.Length)].Trim()).ToList();
            var text = string.Concat(lines.Select(line => line + (random.Next(2) == 0 ? "\n" : "\r\n\n")));
            Split(new NdjsonSplitter(1000), text, random).Select(l => l.TrimEnd('\r')).ShouldBe(lines, $"seed {seed}");
        }
    }

    // What arrives grows by random pieces; what was taken is cut off the front, as a pipe does it.
    private static List<string> Split(ILineSplitter splitter, string text, Random random)
    {
        var records = new List<string>();
        var bytes = Encoding.UTF8.GetBytes(text);
        var (taken, arrived) = (0, 0);
        while (true)
        {
            var buffer = new ReadOnlySequence<byte>(bytes, taken, arrived - taken);
            while (splitter.TryNext(ref buffer, arrived == bytes.Length, out var line)) records.Add(Encoding.UTF8.GetString(line.Json));
            taken = arrived - (int)buffer.Length;
            if (arrived == bytes.Length) return records;
            arrived = Math.Min(bytes.Length, arrived + random.Next(1, 5));
        }
    }

    private static string Canonical(string json) => JsonSerializer.Serialize(JsonElement.Parse(json));
}
