using System.ComponentModel.DataAnnotations;

namespace PipelineMetrics.Api.Hosting.Configuration;

/// <summary>Section `limits`: how much one request may ask of the service.</summary>
internal sealed class LimitOptions
{
    /// <summary>The largest body of a single record, after decompression.</summary>
    /// <value>Default 1 MiB; 1 KiB to 64 MiB.</value>
    [Range(1 << 10, 64 << 20)]
    public int BodyBytes { get; init; } = 1 << 20;

    /// <summary>The longest line of a batch.</summary>
    /// <value>Default 256 KiB; 1 KiB to 64 MiB.</value>
    [Range(1 << 10, 64 << 20)]
    public int LineBytes { get; init; } = 256 << 10;

    /// <summary>How deep JSON may nest.</summary>
    /// <value>Default 16; 4 to 64.</value>
    [Range(4, 64)]
    public int JsonDepth { get; init; } = 16;

    /// <summary>Lines of all running batches that wait to be written; beyond it a batch is told to wait.</summary>
    /// <value>Default 64 MiB; 1 MiB to 4 GiB.</value>
    [Range(1L << 20, 4L << 30)]
    public long BatchQueueBytes { get; init; } = 64L << 20;
}
