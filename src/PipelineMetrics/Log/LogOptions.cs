using System.ComponentModel.DataAnnotations;

namespace PipelineMetrics.Log;

/// <summary>Where the journal lives and how it writes.</summary>
public sealed class LogOptions
{
    /// <summary>Default of <see cref="Directory"/>.</summary>
    public const string DefaultDirectory = "api-logs";

    /// <summary>Default of <see cref="SegmentBytes"/>: 256 MiB.</summary>
    public const long DefaultSegmentBytes = 256L << 20;

    /// <summary>Smallest <see cref="SegmentBytes"/>: 64 KiB.</summary>
    public const long MinSegmentBytes = 64L << 10;

    /// <summary>Largest <see cref="SegmentBytes"/>: 4 GiB.</summary>
    public const long MaxSegmentBytes = 4L << 30;

    /// <summary>
    /// The longest line that is written, line end and number included: 1 MiB. Every fact that passes its rules is far shorter.
    /// </summary>
    public const int MaxLineBytes = 1 << 20;

    /// <summary>The longest line that is read: 16 MiB.</summary>
    public const int LargestLineBytes = 16 << 20;

    /// <summary>The directory of the journal; created when absent.</summary>
    /// <value>Default <c>api-logs</c>, under the working directory. A local file system.</value>
    [Required]
    public string Directory { get; set; } = DefaultDirectory;

    /// <summary>A file is sealed after the commit that brings it to this size.</summary>
    /// <value>Default 256 MiB, in bytes, 64 KiB to 4 GiB.</value>
    [Range(MinSegmentBytes, MaxSegmentBytes)]
    public long SegmentBytes { get; set; } = DefaultSegmentBytes;

    /// <summary>The least time between two syncs; what was committed since the last one may be lost with the power.</summary>
    /// <value>Default zero: every commit is synced before it returns. Zero to one minute.</value>
    public TimeSpan SyncInterval { get; set; } = TimeSpan.Zero;

    /// <summary>Refuses values out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, its value and its range.</exception>
    public void Check()
    {
        if (string.IsNullOrWhiteSpace(Directory))
            throw new ArgumentException("log.directory is empty.");
        if (SegmentBytes is < MinSegmentBytes or > MaxSegmentBytes)
            throw new ArgumentException($"log.segment_bytes is {SegmentBytes}; it must be {MinSegmentBytes} to {MaxSegmentBytes}.");
        if (SyncInterval < TimeSpan.Zero || SyncInterval > TimeSpan.FromMinutes(1))
            throw new ArgumentException($"log.sync is {SyncInterval}; it must be zero (always) to one minute.");
    }
}
