using System.ComponentModel.DataAnnotations;

namespace PipelineMetrics.Recording;

/// <summary>Bounds of what waits for the log.</summary>
public sealed class RecorderOptions
{
    /// <summary>The default of <see cref="QueueBytes"/>: 64 MiB.</summary>
    public const long DefaultQueueBytes = 64L << 20;

    /// <summary>How much may wait for the commit thread before callers are told to come back.</summary>
    /// <value>Bytes of request bodies, default 64 MiB, from 1 MiB to 4 GiB.</value>
    [Range(1L << 20, 4L << 30)]
    public long QueueBytes { get; set; } = DefaultQueueBytes;
}
