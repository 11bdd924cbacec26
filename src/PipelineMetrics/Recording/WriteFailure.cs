using PipelineMetrics.Log;

namespace PipelineMetrics.Recording;

/// <summary>What a caller is told when the log could not take a line.</summary>
internal static class WriteFailure
{
    /// <param name="failure">What the log said.</param>
    /// <param name="stopped">Why the log has stopped, if it has: then what was written may still be there at the next start.</param>
    public static Receipt ReceiptFor(Exception failure, string? stopped) => failure switch
    {
        _ when stopped is not null => Receipt.Refused(Verdict.Unavailable, "log_stopped",
            $"The log takes nothing until the service is restarted; sending it again with the same id is safe: {stopped}"),
        DiskException { Fault: DiskFault.Full } => Receipt.Refused(Verdict.DiskFull, "disk_full",
            "The disk of the log has no room. Nothing was kept; sending it again with the same id is safe."),
        DiskException { Fault: not DiskFault.SyncFailed } e => Receipt.Refused(Verdict.Unavailable, "write_failed",
            $"The log could not be written ({e.Fault}). Nothing was kept; sending it again with the same id is safe."),
        _ => Receipt.Refused(Verdict.Unavailable, "log_stopped", $"The log takes nothing until the service is restarted: {failure.Message}"),
    };

    /// <summary>A stored line decides about this one, and cannot be read.</summary>
    public static Receipt Unreadable(string what) => Receipt.Refused(Verdict.Unavailable, "write_failed",
        $"What is stored about it could not be read ({what}). Nothing was kept; sending it again with the same id is safe.");
}
