using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace PipelineMetrics.Cli.Screen;

/// <summary>A line of the log in one line for people: when, what, about which task, and what else a person asks first.</summary>
internal static class HistoryLine
{
    private const int TypeCells = 22;

    public static Line Of(JsonElement fact)
    {
        var status = Text(fact, "status");
        var type = Text(fact, "event_type") ?? $"task:{status}";
        var word = status ?? type[(type.IndexOf(':', StringComparison.Ordinal) + 1)..];
        string?[] more = [Text(fact, "chain_id"), Duration(fact), Text(fact, "model"), Text(fact, "runner"), Text(fact, "error") ?? Text(fact, "reason")];
        return new Line(
            new Cell(When(fact), Look.Quiet), "  ", new Cell(type.PadRight(TypeCells), Look.Of(word)),
            new Cell(Text(fact, "task_id") ?? Text(fact, "entity_id"), Look.Strong),
            string.Concat(more.Where(part => part is not null).Select(part => $"  {part}")));
    }

    private static string When(JsonElement fact) =>
        DateTimeOffset.TryParse(Text(fact, "timestamp") ?? Text(fact, "created_at"), CultureInfo.InvariantCulture, out var at) ? Figures.Time(at) : "";

    private static string? Duration(JsonElement fact) =>
        fact.TryGetProperty("duration_seconds", out var seconds) && seconds.TryGetDecimal(out var known) ? Figures.Duration(known) : null;

    private static string? Text(JsonElement fact, string name) =>
        fact.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
