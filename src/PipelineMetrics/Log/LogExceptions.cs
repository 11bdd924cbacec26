namespace PipelineMetrics.Log;

/// <summary>What a failed disk operation means to the log.</summary>
public enum DiskFault
{
    /// <summary>No space, no quota or no inode left; goes on by itself once there is.</summary>
    Full,

    /// <summary>The file system is read-only.</summary>
    ReadOnly,

    /// <summary>No permission.</summary>
    Denied,

    /// <summary>A sync failed: what is durable is unknown.</summary>
    SyncFailed,

    /// <summary>The file was moved, deleted, replaced or cut by somebody else.</summary>
    Changed,

    /// <summary>Anything else, such as an I/O error.</summary>
    Other,
}

/// <summary>A disk operation failed.</summary>
public sealed class DiskException : IOException
{
    /// <summary>Names the fault, the operation and the file.</summary>
    /// <param name="fault">What it means to the log.</param>
    /// <param name="operation">What was tried, a verb.</param>
    /// <param name="file">Path of the file.</param>
    /// <param name="detail">What the system said.</param>
    /// <param name="inner">The exception behind it, if any.</param>
    public DiskException(DiskFault fault, string operation, string file, string detail, Exception? inner = null)
        : base($"Could not {operation} {file}: {detail}", inner)
    {
        Fault = fault;
        Operation = operation;
        File = file;
    }

    /// <summary>What it means to the log.</summary>
    public DiskFault Fault { get; }

    /// <summary>What was tried, a verb.</summary>
    public string Operation { get; }

    /// <summary>Path of the file.</summary>
    public string File { get; }
}

/// <summary>Another process, or another journal of this one, holds the log directory.</summary>
/// <param name="message">Names the directory, the holder and what to do.</param>
public sealed class LogInUseException(string message) : Exception(message);

/// <summary>The log was written by a newer version; nothing was touched.</summary>
/// <param name="message">Names the file, its format and the newest format known here.</param>
public sealed class LogFormatException(string message) : Exception(message);

/// <summary>The journal writes no more in this process; reads go on.</summary>
/// <param name="reason">Why, as in <see cref="JournalStatus.Stopped"/>.</param>
public sealed class LogStoppedException(string reason) : Exception($"The log takes no more lines: {reason}")
{
    /// <summary>Why, as in <see cref="JournalStatus.Stopped"/>.</summary>
    public string Reason { get; } = reason;
}
