using PipelineMetrics.Log;

namespace PipelineMetrics.Recording;

/// <summary>What a caller is told when the log could not take a line.</summary>
internal static class WriteFailure
{
    public static Receipt ReceiptFor(Exception failure) => failure switch
    {
        DiskException { Fault: DiskFault.Full } => Receipt.Refused(Verdict.DiskFull, "disk_full",
            "The disk of the log has no room. Nothing was kept; sending it again with the same id is safe."),
        DiskException { Fault: not DiskFault.SyncFailed and not DiskFault.Changed } e => Receipt.Refused(Verdict.Unavailable, "write_failed",
            $"The log could not be written ({e.Fault}). Nothing was kept; sending it again with the same id is safe."),
        _ => Receipt.Refused(Verdict.Unavailable, "log_stopped", $"The log takes nothing until the service is restarted: {failure.Message}"),
    };
}
