namespace PipelineMetrics.Api.Prometheus;

/// <summary>What became of the records of a request that carried many.</summary>
/// <param name="Accepted">They are in the log and were not before.</param>
/// <param name="Duplicate">The log had them.</param>
/// <param name="Rejected">They are not in the log.</param>
internal sealed record IngestedRecords(long Accepted, long Duplicate, long Rejected);
