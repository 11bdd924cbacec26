using Microsoft.Win32.SafeHandles;

namespace PipelineMetrics.Log;

/// <summary>One open file of the real file system; every write goes straight to the operating system.</summary>
internal sealed class RealLogFile(string path, SafeFileHandle handle) : ILogFile
{
    private const int PieceBytes = 512 << 10;

    public FileIdentity Stat()
    {
        if (!OperatingSystem.IsLinux())
            return RealDisk.StatPortably(path) ?? throw new DiskException(DiskFault.Changed, "find", path, "it is gone");
        var error = Native.Stat(handle, out var identity);
        return error == 0 ? identity : throw DiskErrors.FromError("examine", path, error);
    }

    public int ReadAt(Span<byte> buffer, long offset)
    {
        try
        {
            return RandomAccess.Read(handle, buffer, offset);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw DiskErrors.FromException("read", path, problem);
        }
    }

    public void WriteAt(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            // The disk begins with the first part of a large write while the rest of it is copied; the sync then waits for less.
            for (; bytes.Length > PieceBytes; bytes = bytes[PieceBytes..], offset += PieceBytes)
            {
                RandomAccess.Write(handle, bytes[..PieceBytes], offset);
                Native.StartWriting(handle, offset, PieceBytes);
            }
            RandomAccess.Write(handle, bytes, offset);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw DiskErrors.FromException("write", path, problem);
        }
    }

    public void Truncate(long length) => DiskErrors.Run("cut", path, () =>
    {
        RandomAccess.SetLength(handle, length);
        return length;
    });

    public void Sync()
    {
        var error = Native.SyncData(handle);
        if (error != 0)
            throw new DiskException(DiskFault.SyncFailed, "sync", path, Native.Describe(error));
    }

    public void Dispose() => handle.Dispose();
}
