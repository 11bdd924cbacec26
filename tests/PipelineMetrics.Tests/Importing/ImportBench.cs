using System.Text;
using System.Text.Json.Nodes;
using PipelineMetrics.Importing;
using PipelineMetrics.Tests.Recording;

namespace PipelineMetrics.Tests.Importing;

/// <summary>What the tests of this room import, and how.</summary>
internal static class ImportBench
{
    /// <summary>Imports lines, numbered from 1.</summary>
    public static async Task<ImportReport> ImportAsync(
        this RecorderBench bench, IEnumerable<string> lines, ImportFormat format = ImportFormat.Detect, bool isDryRun = false)
    {
        await using var importer = new Importer(bench.Recorder, format, isDryRun);
        var number = 0L;
        foreach (var line in lines)
        {
            importer.Add(++number, Encoding.UTF8.GetBytes(line));
            if (importer.IsFull) await importer.SendAsync();
        }
        await importer.FinishAsync();
        return importer.Report;
    }

    public static Task<ImportReport> ImportAsync(this RecorderBench bench, params string[] lines) => bench.ImportAsync(lines.AsEnumerable());

    /// <summary>The only line of a file, as JSON.</summary>
    public static JsonObject Single(this RecorderBench bench, string file) => JsonNode.Parse(bench.Lines(file).ShouldHaveSingleItem())!.AsObject();

    /// <summary>An event of ADR-009 about a task of chain c, with the given members added.</summary>
    public static string Adr(string type, string entity, string at, string more = "") =>
        $$"""{"eventType":"{{type}}","entityType":"{{type.Split(':')[0]}}","entityId":"{{entity}}","chainId":"c","timestamp":"{{at}}"{{more}}}""";

    /// <summary>A record of spec 026 with the given members added.</summary>
    public static string Spec(string taskId, string more = "") =>
        $$"""{"task_id":"{{taskId}}","task_type":"spec","model":"m","duration_seconds":5,"status":"completed","created_at":"2025-12-01T10:00:00Z"{{more}}}""";
}
