using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using PipelineMetrics.Events;
using PipelineMetrics.Pricing;
using PipelineMetrics.Tests.Log;
using PipelineMetrics.Transcripts;

namespace PipelineMetrics.Tests.Transcripts;

/// <summary>What the tests of this room read, and how.</summary>
internal static class TranscriptBench
{
    /// <summary>Long after anything in the samples.</summary>
    public static readonly DateTimeOffset Later = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Prices that do not change with the built-in ones.</summary>
    public static readonly PriceTable Prices = PriceTable.Load(new MemoryStream("""
        { "as_of": "2026-01-31", "models": {
            "claude-sonnet-4-5": { "input": 3, "output": 15 }, "claude-haiku-4-5": { "input": 1, "output": 5 },
            "claude-opus-4-6": { "input": 5, "output": 25, "fast": 6 }, "gpt-5": { "input": 1.25, "output": 10, "cache_write": 1.25 },
            "gpt-5-codex": { "input": 1.25, "output": 10, "cache_write": 1.25 }, "gpt-5-mini": { "input": 0.25, "output": 2 },
            "gemini-2.5-pro": { "input": 1.25, "output": 10 }, "gemini-2.5-flash": { "input": 0.3, "output": 2.5, "input_above_200k": 0.6 }, "gpt-4o": { "input": 2.5, "output": 10 } } }
        """u8.ToArray()));

    public static string SamplePath(params string[] parts) => Path.Combine([Path.GetDirectoryName(Here())!, "Samples", .. parts]);

    public static TranscriptImport Import(string harness, TranscriptUnit unit = TranscriptUnit.Session, DateTimeOffset? now = null) =>
        new(harness, unit, Prices, ClockAt(now ?? Later));

    /// <summary>The lines that an import gives.</summary>
    public static string[] Lines(this TranscriptImport import, string path) => [.. import.Read(path).Select(Line)];

    public static string Line(Completion completion)
    {
        var buffer = new ArrayBufferWriter<byte>();
        completion.WriteTo(buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static ManualClock ClockAt(DateTimeOffset now)
    {
        var clock = new ManualClock();
        clock.Advance(now - clock.GetUtcNow());
        return clock;
    }

    private static string Here([CallerFilePath] string here = "") => here;
}
