using PipelineMetrics.Contracts;

namespace PipelineMetrics.Client.Tests;

/// <summary>What tests track and send with.</summary>
internal static class Some
{
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    public static CompletionRequest Completion(string task = "t-42") =>
        new() { TaskId = task, TaskType = "impl", Model = "claude-sonnet-4-5", DurationSeconds = 73.5m, Status = "completed" };

    public static PipelineMetricsClientOptions Options(SpoolFolder? folder = null) => new()
    {
        FlushInterval = TimeSpan.Zero,
        StopTimeout = Long,
        SpoolDirectory = folder?.FullPath,
        SpoolFileBytes = PipelineMetricsClientOptions.MinSpoolFileBytes,
    };
}
