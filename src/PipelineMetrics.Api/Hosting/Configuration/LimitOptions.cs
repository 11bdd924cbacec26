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

    /// <summary>How many may follow the history at once.</summary>
    /// <value>Default 1000; 1 to 100,000.</value>
    [Range(1, 100_000)]
    public int Streams { get; init; } = 1000;
}
