using System.Buffers;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using PipelineMetrics.Api.Tests.Metrics;
using PipelineMetrics.Pricing;
using PipelineMetrics.Transcripts;

namespace PipelineMetrics.Api.Tests.Import;

/// <summary>What agent programs keep of their sessions, brought in by the import that everybody uses.</summary>
public sealed class TranscriptImportTests : IAsyncLifetime
{
    private const string Everything = "?since=2026-01-01T00:00:00Z&until=2026-12-31T00:00:00Z&detail=full";
    private static readonly ManualTime Later = new();
    private readonly ServiceUnderTest _service = new() { Clock = Later };
    private HttpClient _client = null!;

    // After anything in the samples.
    static TranscriptImportTests() => Later.Advance(TimeSpan.FromDays(100));

    public async Task InitializeAsync() => _client = await _service.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Theory]
    [InlineData(TranscriptUnit.Session)]
    [InlineData(TranscriptUnit.Prompt)]
    public async Task Sessions_count_once_with_what_their_files_say(TranscriptUnit unit)
    {
        var (lines, report) = Read("claude_code", "claude", unit);
        var first = await _client.Import(lines, "?format=native");
        (first.Status, first["imported"].GetInt64(), first["rejected"].GetArrayLength()).ShouldBe((HttpStatusCode.OK, report.Completions + report.Revisions, 0), first.Body);
        var before = await _client.Metrics(Everything);
        for (var again = 0; again < 2; again++)
        {
            var answer = await _client.Import(Read("claude_code", "claude", unit).Lines, "?format=native");
            (answer["imported"].GetInt64(), answer["duplicate"].GetInt64(), answer["rejected"].GetArrayLength()).ShouldBe((0, report.Completions + report.Revisions, 0));
        }
        var after = await _client.Metrics(Everything);
        after.Body.ShouldBe(before.Body);
        var overall = after["detail"];
        Tokens(overall).ShouldBe(CountedByHand());
        Ends(overall).ShouldBe(report.Completions);
    }

    [Fact]
    public async Task Sessions_of_every_program_are_taken()
    {
        var expected = 0L;
        foreach (var (harness, sample) in ((string, string)[])[("claude_code", "claude"), ("codex", "codex"), ("opencode", "opencode"), ("gemini_cli", "gemini"), ("aider", "aider")])
        {
            var (lines, report) = Read(harness, sample, TranscriptUnit.Session);
            (await _client.Import(lines, "?format=native"))["imported"].GetInt64().ShouldBe(report.Completions + report.Revisions);
            expected += report.Completions;
        }
        var answer = await _client.Metrics(Everything + "&source=import&group_by=harness");
        answer["by_harness"].EnumerateObject().Select(h => h.Name).ShouldBe(["aider", "claude_code", "codex", "gemini_cli", "opencode"]);
        Ends(answer["detail"]).ShouldBe(expected);
    }

    private static (string Lines, TranscriptReport Report) Read(string harness, string sample, TranscriptUnit unit)
    {
        var import = new TranscriptImport(harness, unit, PriceTable.Embedded, Later);
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var completion in import.Read(Samples(sample)))
        {
            completion.WriteTo(buffer);
            buffer.Write("\n"u8);
        }
        return (Encoding.UTF8.GetString(buffer.WrittenSpan), import.Report);
    }

    // Every line with a usage, by another way: the highest count of each answer's id. The two lines whose version, time or id is none are left
    // out by hand.
    private static long[] CountedByHand()
    {
        string[] names = ["input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"];
        var answers = new Dictionary<string, long[]>();
        foreach (var line in Directory.GetFiles(Samples("claude"), "*.jsonl", SearchOption.AllDirectories).SelectMany(File.ReadLines))
        {
            if (!line.StartsWith("{\"type\":\"assistant\"", StringComparison.Ordinal) || !line.EndsWith('}') || line.Contains("\"id\":\"\"", StringComparison.Ordinal)) continue;
            var json = JsonElement.Parse(line);
            if (json.GetProperty("timestamp").GetString() == "yesterday" || json.GetProperty("version").GetString() == "next") continue;
            var message = json.GetProperty("message");
            var usage = names.Select(n => message.GetProperty("usage").GetProperty(n).GetInt64()).ToArray();
            var id = message.GetProperty("id").GetString()!;
            if (!answers.TryGetValue(id, out var known) || usage.Sum() > known.Sum()) answers[id] = usage;
        }
        return [.. Enumerable.Range(0, 4).Select(i => answers.Values.Sum(a => a[i]))];
    }

    private static long Ends(JsonElement detail) =>
        detail.GetProperty("outcomes").EnumerateObject().Where(o => o.Name != "inferred").Sum(o => o.Value.GetInt64());

    private static long[] Tokens(JsonElement detail) =>
        [.. ((string[])["input", "output", "cache_read", "cache_write"]).Select(n => detail.GetProperty("tokens").GetProperty(n).GetProperty("total").GetInt64())];

    private static string Samples(string name, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "../../PipelineMetrics.Tests/Transcripts/Samples", name);
}
