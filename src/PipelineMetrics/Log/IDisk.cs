namespace PipelineMetrics.Log;

/// <summary>How a file is opened.</summary>
public enum FileUse
{
    /// <summary>For reading; the file exists.</summary>
    Read,

    /// <summary>For reading and writing; created when absent.</summary>
    Write,

    /// <summary>For reading and writing; anything of that name is emptied first.</summary>
    Replace,
}

/// <summary>Which file a name or a handle stands for, and how long it is.</summary>
/// <param name="Device">The device.</param>
/// <param name="Inode">The file on it.</param>
/// <param name="Length">Its length in bytes.</param>
public readonly record struct FileIdentity(ulong Device, ulong Inode, long Length)
{
    /// <summary>Whether both stand for the same file, whatever its length.</summary>
    /// <param name="other">The other.</param>
    /// <returns>True for the same device and inode.</returns>
    public bool IsSameFile(FileIdentity other) => Device == other.Device && Inode == other.Inode;
}

/// <summary>The file system as the log needs it. Every failure is a <see cref="DiskException"/>.</summary>
/// <remarks>
/// Nothing is durable by itself: content after <see cref="ILogFile.Sync"/>, names after <see cref="SyncDirectory"/>.
/// Only one thread writes; <see cref="Open"/> for reading and <see cref="ILogFile.ReadAt"/> may come from any thread.
/// </remarks>
public interface IDisk
{
    /// <summary>Opens a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="use">What for.</param>
    /// <returns>The open file, to be disposed.</returns>
    ILogFile Open(string path, FileUse use);

    /// <summary>What a name stands for.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The file's identity and length; null when there is no such file.</returns>
    FileIdentity? Stat(string path);

    /// <summary>Renames atomically, replacing what has the new name.</summary>
    /// <param name="oldPath">The old path.</param>
    /// <param name="newPath">The new path, in the same directory.</param>
    void Rename(string oldPath, string newPath);

    /// <summary>Removes a name; nothing happens when it is not there.</summary>
    /// <param name="path">The path.</param>
    void Delete(string path);

    /// <summary>The file names in a directory, ordinal order.</summary>
    /// <param name="directory">The directory.</param>
    /// <returns>Names without path; empty when there is no such directory.</returns>
    IReadOnlyList<string> List(string directory);

    /// <summary>Creates a directory and its parents, durably; nothing happens when it exists.</summary>
    /// <param name="directory">The directory.</param>
    void CreateDirectory(string directory);

    /// <summary>Makes the names in a directory durable.</summary>
    /// <param name="directory">The directory.</param>
    void SyncDirectory(string directory);

    /// <summary>How much may still be written to the file system of a directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <returns>Bytes that are free for whoever runs this process.</returns>
    long FreeBytes(string directory);

    /// <summary>Takes an exclusive lock for as long as the result lives. A file left by a dead process is no obstacle.</summary>
    /// <param name="path">The lock file; created when absent, holds the process id for people.</param>
    /// <returns>The lock.</returns>
    /// <exception cref="LogInUseException">Somebody holds it.</exception>
    IDisposable Lock(string path);
}

/// <summary>One open file.</summary>
public interface ILogFile : IDisposable
{
    /// <summary>Which file this is and how long it is now.</summary>
    /// <returns>Its identity and length, whatever its name is by now.</returns>
    FileIdentity Stat();

    /// <summary>Reads at an offset; thread-safe.</summary>
    /// <param name="buffer">Receives the bytes.</param>
    /// <param name="offset">Where to begin.</param>
    /// <returns>How many bytes were read; 0 only at the end of the file.</returns>
    int ReadAt(Span<byte> buffer, long offset);

    /// <summary>Writes all bytes at an offset, unbuffered: flushed to the operating system on return, not synced.</summary>
    /// <param name="bytes">The bytes. After a failure any part of them may be in the file.</param>
    /// <param name="offset">Where to begin.</param>
    void WriteAt(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Cuts the file; not synced.</summary>
    /// <param name="length">The new length.</param>
    void Truncate(long length);

    /// <summary>Makes content and length durable.</summary>
    /// <exception cref="DiskException">With <see cref="DiskFault.SyncFailed"/>: what is durable is unknown, never try again.</exception>
    void Sync();
}
