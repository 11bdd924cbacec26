namespace PipelineMetrics.Health;

/// <summary>One thing that should be so, and whether it is.</summary>
/// <param name="Name">Its name, as in JSON.</param>
/// <param name="IsOk">Whether it is so.</param>
/// <param name="Value">What was measured; null when there is nothing to measure.</param>
/// <param name="Threshold">What it is compared with; null when it is compared with nothing.</param>
/// <param name="Message">What is so, in words.</param>
public sealed record HealthCheck(string Name, bool IsOk, decimal? Value, decimal? Threshold, string Message);

/// <summary>How the pipeline is.</summary>
public enum HealthStatus
{
    /// <summary>No check fails.</summary>
    Healthy,

    /// <summary>One or two checks fail.</summary>
    Degraded,

    /// <summary>Three checks or more fail, or nothing can be stored.</summary>
    Unhealthy,
}
