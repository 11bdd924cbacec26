using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using PipelineMetrics.Tests.Log;

namespace PipelineMetrics.Tests.Counters;

/// <summary>
/// Every line that was ever written, archives first, counted the long way: as JSON, attempt by attempt, each number as the largest that any
/// report about the attempt named.
/// </summary>
internal sealed class NaiveCounters
{
    private static readonly double[] Bounds = [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200];
    private static readonly string[] Imported = ["import", "git-import"];
    private static readonly (string Field, string Kind)[] Kinds =
        [("actual_input_tokens", "input"), ("actual_output_tokens", "output"), ("cache_read_tokens", "cache_read"), ("cache_write_tokens", "cache_write")];

    private readonly SortedDictionary<string, decimal> _sums = new(StringComparer.Ordinal);
    private readonly List<string> _types = [];
    private readonly List<string> _models = [];
    private readonly List<string> _harnesses = [];

    /// <summary>What the counters should be, a line for each number that is not 0.</summary>
    public static string Of(SimDisk disk)
    {
        var lines = Lines(disk).Select(line => JsonElement.Parse(line)).ToList();
        var corrections = lines.Where(line => Text(line, "revises") is not null).ToLookup(line => Text(line, "revises")!);
        var counters = new NaiveCounters();
        foreach (var line in lines.Where(line => Text(line, "revises") is null)) counters.Count(line, Text(line, "id") is { } id ? [.. corrections[id]] : []);
        return counters.ToString();
    }

    public override string ToString() => string.Join('\n', _sums.Where(sum => sum.Value != 0).Select(sum => $"{sum.Key} {sum.Value.ToString("0.###", CultureInfo.InvariantCulture)}"));

    private static IEnumerable<string> Lines(SimDisk disk)
    {
        var names = disk.Names.Where(name => Path.GetFileName(name).StartsWith("metrics", StringComparison.Ordinal)).ToList();
        var archives = names.Where(name => name.EndsWith(".jsonl.gz", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        var files = names.Where(name => name.EndsWith(".jsonl", StringComparison.Ordinal))
            .OrderBy(name => name.EndsWith("metrics.jsonl", StringComparison.Ordinal)).ThenBy(name => name, StringComparer.Ordinal);
        return archives.Select(name => Unpacked(disk.Read(name))).Concat(files.Select(name => Encoding.UTF8.GetString(disk.Read(name))))
            .SelectMany(text => text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static string Unpacked(byte[] archive)
    {
        using var reader = new StreamReader(new GZipStream(new MemoryStream(archive), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }

    private void Count(JsonElement line, List<JsonElement> corrections)
    {
        var harness = Capped(_harnesses, Text(line, "harness") ?? "unknown");
        if (!IsLive(line))
        {
            Add($"Backfilled|{harness}", 1);
            return;
        }
        var (type, model, outcome) = (Capped(_types, Text(line, "task_type")!), Capped(_models, Text(line, "model")!), Outcome(line));
        Add($"Attempts|{outcome}|{type}|{harness}", 1);
        var at = $"LastCompletionMs|{type}";
        _sums[at] = Math.Max(_sums.GetValueOrDefault(at), DateTimeOffset.Parse(Text(line, "created_at")!, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds());
        List<JsonElement> reports = [line, .. corrections];
        if (reports.Select(report => Number(report, "duration_seconds")).FirstOrDefault(seconds => seconds is not null) is { } duration)
        {
            var step = Array.FindIndex(Bounds, bound => (double)duration <= bound);
            Add($"Durations|{type}|{outcome}|{(step < 0 ? Bounds.Length : step)}", 1);
            Add($"Durations|{type}|{outcome}|{Bounds.Length + 1}", duration * 1000);
        }
        foreach (var (field, kind) in Kinds) Add($"Tokens|{kind}|{model}", Most(reports, field));
        Add($"ReasoningTokens|{model}", Most(reports, "reasoning_tokens"));
        Add($"Turns|{harness}", Most(reports, "turns"));
        Add($"ToolCalls|{outcome}", Most(reports, "tool_calls"));
        Add($"ToolErrors|{outcome}", Most(reports, "tool_errors"));
        var knowsTokens = Number(line, "actual_input_tokens") is not null || Number(line, "actual_output_tokens") is not null;
        if (knowsTokens && Number(line, "actual_cost_usd_micros") is null) Add($"Unpriced|{model}", 1);
        CountCost(reports, model);
    }

    // Who names more than all before is the source of what is more.
    private void CountCost(List<JsonElement> reports, string model)
    {
        var known = 0m;
        foreach (var report in reports)
        {
            var cost = Number(report, "actual_cost_usd_micros") ?? 0;
            Add($"CostUsdMicros|{model}|{Text(report, "cost_source") ?? "reported"}", Math.Max(0, cost - known));
            known = Math.Max(known, cost);
        }
    }

    private static bool IsLive(JsonElement line)
    {
        // Without a number another program wrote it, and nobody knows when.
        if (!line.TryGetProperty("seq", out _) || Imported.Contains(Text(line, "source"))) return false;
        return Text(line, "received_at") is not { } received
            || DateTimeOffset.Parse(received, CultureInfo.InvariantCulture) - DateTimeOffset.Parse(Text(line, "created_at")!, CultureInfo.InvariantCulture) <= TimeSpan.FromHours(1);
    }

    private static string Capped(List<string> names, string name)
    {
        if (!names.Contains(name) && names.Count < 20 && name != "other") names.Add(name);
        return names.Contains(name) ? name : "other";
    }

    private static string Outcome(JsonElement line) => Text(line, "outcome") ?? (Text(line, "status") == "completed" ? "success" : "failure");

    private static decimal Most(List<JsonElement> reports, string field) => reports.Max(report => Number(report, field) ?? 0);

    private void Add(string series, decimal more) => _sums[series] = _sums.GetValueOrDefault(series) + more;

    private static string? Text(JsonElement line, string field) => line.TryGetProperty(field, out var value) ? value.GetString() : null;

    private static decimal? Number(JsonElement line, string field) => line.TryGetProperty(field, out var value) ? value.GetDecimal() : null;
}
