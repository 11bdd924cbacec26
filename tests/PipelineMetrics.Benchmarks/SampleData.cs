using System.Globalization;
using System.Text;

namespace PipelineMetrics.Benchmarks;

/// <summary>
/// The records of all measurements: 12 task types, 9 models (Zipf), log-normal durations from 1 s to 2 h, 6 % failed, spread evenly over
/// a time that ends at a moment. The same seed gives the same records.
/// </summary>
internal sealed class SampleData(long rows, DateTimeOffset end, TimeSpan spread)
{
    public const int Types = 12;
    public const int Models = 9;
    private static readonly string[] TypeNames =
        ["impl", "spec", "review", "test", "docs", "refactor", "bugfix", "research", "deploy", "triage", "migration", "cleanup"];

    private static readonly string[] ModelNames =
    [
        "claude-sonnet-4-5", "gpt-5.3-codex", "cursor/auto", "claude-opus-4-5", "gemini-3-pro", "gpt-5.2-mini", "qwen3-coder", "deepseek-v3.2", "llama-4-405b",
    ];

    private readonly double[] _modelEdges = Edges(Models);
    private readonly double[] _typeEdges = Edges(Types);

    /// <summary>One record.</summary>
    public readonly record struct Record(long Number, string Type, string Model, long DurationMs, bool Failed, DateTimeOffset CreatedAt);

    public IEnumerable<Record> Records()
    {
        var random = new Random(20260101);
        var start = end - spread;
        for (long i = 0; i < rows; i++)
        {
            var ms = Math.Clamp((long)(Math.Exp(4.1 + (1.3 * Normal(random))) * 1000), 1000, 7_200_000);
            yield return new Record(
                i, TypeNames[Pick(_typeEdges, random)], ModelNames[Pick(_modelEdges, random)], ms, random.NextDouble() < 0.06,
                start + TimeSpan.FromMilliseconds(Math.Floor(spread.TotalMilliseconds * i / rows)));
        }
    }

    /// <summary>A record as a runner sends it: the six fields of spec 026, and an id when one is wanted.</summary>
    public static int Write(in Record record, Span<byte> to, bool withId)
    {
        var id = withId ? $",\"id\":\"run-{record.Number:x12}\"" : "";
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $$"""{"task_id":"task-{{record.Number:d9}}","task_type":"{{record.Type}}","model":"{{record.Model}}","duration_seconds":{{record.DurationMs / 1000m:0.###}},"status":"{{(record.Failed ? "failed" : "completed")}}","created_at":"{{record.CreatedAt.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fff}}Z"{{id}}}"""), to);
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static int Pick(double[] edges, Random random)
    {
        var at = random.NextDouble();
        var index = 0;
        while (at > edges[index]) index++;
        return index;
    }

    private static double[] Edges(int count)
    {
        var weights = Enumerable.Range(1, count).Select(rank => 1.0 / rank).ToArray();
        var sum = 0.0;
        return Array.ConvertAll(weights, weight => (sum += weight) / weights.Sum());
    }
}
