using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PipelineMetrics.Harnesses;

/// <summary>
/// Remembers what a session had used when its last run ended. A session that is resumed says totals that contain its earlier runs: they are
/// taken off, so that each run counts once. One small file for each session, replaced whole. Safe beside other processes; of two runs of one
/// session at the same time the last one to end is remembered.
/// </summary>
/// <param name="directory">Where the files are; made when it is needed.</param>
public sealed class SessionTotals(string directory)
{
    private static readonly JsonSerializerOptions Plain = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, IgnoreReadOnlyProperties = true };

    /// <summary>The report of a run without what earlier runs of its session had used, and remembers its totals for the next.</summary>
    /// <remarks>
    /// When every counter is at least what is remembered, the difference is what this run used; else the session began to count anew, and the
    /// report stays as it is. So it does for programs that count each run by itself. To be called once for each run.
    /// </remarks>
    /// <exception cref="IOException">The totals cannot be kept.</exception>
    /// <exception cref="UnauthorizedAccessException">The totals cannot be kept.</exception>
    public HarnessReport TakeDifference(HarnessReport report)
    {
        if (report is not { Harness: { } harness, SessionTotal: { SessionId: { } session } total }) return report;
        var path = Path.Combine(directory, FileName(harness, session));
        var earlier = Load(path);
        // The same result told again, as a replayed output does, goes on from nothing.
        if (report.Id is not null && earlier?.ResultId == report.Id) return report;
        Store(path, total with { ResultId = report.Id });
        return earlier is null || !total.Continues(earlier) ? report : Less(report, total, earlier);
    }

    private static HarnessReport Less(HarnessReport report, RunningTotal total, RunningTotal earlier) => report with
    {
        Tokens = report.Tokens - earlier.Tokens,
        CostUsdMicros = TokenCounts.Less(report.CostUsdMicros, earlier.CostUsdMicros),
        Model = total.Since(earlier).MainModel ?? report.Model,
    };

    // A session id is the program's own text and may be no file name.
    private static string FileName(string harness, string session) =>
        $"{harness}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(session)).AsSpan(0, 16))}.json";

    private static RunningTotal? Load(string path)
    {
        try
        {
            var total = JsonSerializer.Deserialize<RunningTotal>(File.ReadAllBytes(path), Plain);
            return total?.Models?.All(m => m?.Model is not null) ?? false ? total : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // Not there, or not ours any more: then nothing is known of earlier runs.
            return null;
        }
    }

    // If we crash here, the file is the old one or the new one, never half of it.
    private void Store(string path, RunningTotal total)
    {
        Directory.CreateDirectory(directory);
        var temporary = $"{path}.{Guid.NewGuid():n}.tmp";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(total, Plain));
        File.Move(temporary, path, overwrite: true);
    }
}
