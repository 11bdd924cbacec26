using System.Text.Json;
using PipelineMetrics.History;
using PipelineMetrics.Tests.Recording;

namespace PipelineMetrics.Tests.History;

/// <summary>A line as the files have it.</summary>
internal sealed record NaiveLine(long Seq, long Unnumbered, string Json)
{
    private JsonElement Members { get; } = JsonElement.Parse(Json);

    private bool IsEvent => Text("event_type") is not null;

    /// <summary>Whether a filter wants it, judged without any of the product's code.</summary>
    public bool IsWantedBy(HistoryFilter filter)
    {
        var type = IsEvent ? Text("event_type")! : $"task:{Text("status")}";
        var entityType = IsEvent ? Text("entity_type") ?? type.Split(':')[0] : "task";
        var entity = IsEvent ? Text("entity_id") : Text("task_id");
        var at = DateTimeOffset.Parse(Text("timestamp") ?? Text("created_at")!, System.Globalization.CultureInfo.InvariantCulture);
        return Has(filter.EventTypes, type) && Has(filter.EntityTypes, entityType) && Has(filter.EntityIds, entity)
            && (filter.TaskIds.Count == 0 || (entityType == "task" && Has(filter.TaskIds, entity)))
            && Has(filter.ChainIds, entityType == "chain" ? entity : Text("chain_id"))
            && Has(filter.RequestIds, entityType == "request" ? entity : Text("request_id"))
            && !(at < filter.Since) && !(at >= filter.Until);
    }

    private static bool Has(IReadOnlyList<string> wanted, string? value) => wanted.Count == 0 || wanted.Any(w => w == value);

    private string? Text(string name) => Members.TryGetProperty(name, out var value) ? value.GetString() : null;
}

/// <summary>The history as the files tell it, put together in the simplest way.</summary>
internal static class NaiveHistory
{
    public static List<NaiveLine> Of(RecorderBench bench)
    {
        var all = Keyed(bench.StoredLines("events"), 0).Concat(Keyed(bench.StoredLines("metrics"), 1))
            .OrderBy(l => l.Key).ThenBy(l => l.File).ThenBy(l => l.Line).ToList();
        var lines = new List<NaiveLine>();
        foreach (var (key, _, _, isNumbered, json) in all)
            lines.Add(new NaiveLine(key, isNumbered ? 0 : 1 + (lines.Count > 0 && lines[^1].Seq == key ? lines[^1].Unnumbered : 0), json));
        return lines;
    }

    // A line without a number stands behind the one it follows in its file.
    private static IEnumerable<(long Key, int File, int Line, bool IsNumbered, string Json)> Keyed(IEnumerable<string> lines, int file)
    {
        var (key, number) = (0L, 0);
        foreach (var json in lines)
        {
            var isNumbered = JsonElement.Parse(json).TryGetProperty("seq", out var seq);
            if (isNumbered) key = seq.GetInt64();
            yield return (key, file, number++, isNumbered, json);
        }
    }
}
