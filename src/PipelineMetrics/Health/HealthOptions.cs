using System.ComponentModel.DataAnnotations;

namespace PipelineMetrics.Health;

/// <summary>When the pipeline is not well.</summary>
public sealed class HealthOptions
{
    /// <summary>How many tasks may be pending.</summary>
    /// <value>Default 20, from 0.</value>
    [Range(0, int.MaxValue)]
    public int MaxBacklog { get; set; } = 20;

    /// <summary>Which part of the attempts of the last 24 hours may fail.</summary>
    /// <value>Default 0.10, from 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaxErrorRate { get; set; } = 0.10;

    /// <summary>How long nothing may finish.</summary>
    /// <value>Default 3600 s, from 1 second to 366 days.</value>
    [Range(typeof(TimeSpan), "00:00:01", "366.00:00:00")]
    public TimeSpan MaxIdleTime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a runner may send no heartbeat.</summary>
    /// <value>Default 300 s, from 1 second to 366 days.</value>
    [Range(typeof(TimeSpan), "00:00:01", "366.00:00:00")]
    public TimeSpan MaxSilence { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How much of the file system of the log must be free.</summary>
    /// <value>Default 1 GiB, in bytes, from 0: none.</value>
    [Range(0L, long.MaxValue)]
    public long MinFreeBytes { get; set; } = 1L << 30;
}
