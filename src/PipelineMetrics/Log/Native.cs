using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PipelineMetrics.Log;

/// <summary>
/// The system calls the log depends on, called directly: the runtime's own flush-to-disk reports a failed fsync as success on Unix.
/// </summary>
internal static partial class Native
{
    private const int Interrupted = 4;
    private const int MaxInterrupts = 100;
    private const int OpenReadOnly = 0;
    private const int OpenReadWrite = 2;
    private const int LinuxCreate = 0x40;
    private const int LinuxCloseOnExec = 0x80000;
    private const int LockExclusiveNow = 2 | 4;
    private const int AtCurrentDirectory = -100;
    private const int AtEmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;
    private const int StatxBytes = 256;
    private const int OwnerWrites = 0x1A4;
    private const uint SyncFileRangeWrite = 2;

    /// <summary>Makes a file's content durable.</summary>
    /// <returns>0, or the error of the system.</returns>
    public static int SyncData(SafeHandle file)
    {
        if (OperatingSystem.IsWindows())
            return FlushFileBuffers(file) ? 0 : Marshal.GetLastPInvokeError();
        return OperatingSystem.IsLinux() ? Retry(() => FDataSync(file)) : Retry(() => FSync(file));
    }

    /// <summary>
    /// Asks the system to begin writing a part of a file to its disk (Linux). A hint: what goes wrong is told by <see cref="SyncData"/>.
    /// </summary>
    public static void StartWriting(SafeHandle file, long offset, long length)
    {
        if (OperatingSystem.IsLinux()) _ = SyncFileRange(file, offset, length, SyncFileRangeWrite);
    }

    /// <summary>Opens a directory to lock it or to make its names durable (not on Windows, which has no such call).</summary>
    /// <returns>0 and the handle, or the error of the system.</returns>
    public static int OpenDirectory(string path, out SafeFileHandle handle)
    {
        var descriptor = Open(path, OpenReadOnly | (OperatingSystem.IsLinux() ? LinuxCloseOnExec : 0), 0);
        handle = new SafeFileHandle(descriptor, ownsHandle: true);
        return descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
    }

    /// <summary>Makes the names in an open directory durable.</summary>
    /// <returns>0, or the error of the system.</returns>
    public static int SyncNames(SafeHandle directory) => Retry(() => FSync(directory));

    /// <summary>Opens or creates a file outside the runtime's own advisory locking (Linux).</summary>
    /// <returns>0 and the handle, or the error of the system.</returns>
    public static int OpenForLock(string path, out SafeFileHandle handle)
    {
        var descriptor = Open(path, OpenReadWrite | LinuxCreate | LinuxCloseOnExec, OwnerWrites);
        handle = new SafeFileHandle(descriptor, ownsHandle: true);
        return descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
    }

    /// <summary>Takes an exclusive lock on the open file or directory without waiting.</summary>
    /// <returns>0, or the error of the system.</returns>
    public static int LockExclusive(SafeFileHandle file) => Retry(() => FLock(file, LockExclusiveNow));

    /// <summary>Identity and length of the file behind a name (Linux).</summary>
    /// <returns>0, or the error of the system.</returns>
    public static int Stat(string path, out FileIdentity identity)
    {
        Span<byte> buffer = stackalloc byte[StatxBytes];
        var error = StatxPath(AtCurrentDirectory, path, 0, BasicStats, ref MemoryMarshal.GetReference(buffer)) == 0
            ? 0 : Marshal.GetLastPInvokeError();
        identity = ReadStatx(buffer);
        return error;
    }

    /// <summary>Identity and length of an open file, whatever its name is (Linux).</summary>
    /// <returns>0, or the error of the system.</returns>
    public static int Stat(SafeFileHandle file, out FileIdentity identity)
    {
        Span<byte> buffer = stackalloc byte[StatxBytes];
        var error = StatxHandle(file, "", AtEmptyPath, BasicStats, ref MemoryMarshal.GetReference(buffer)) == 0
            ? 0 : Marshal.GetLastPInvokeError();
        identity = ReadStatx(buffer);
        return error;
    }

    public static string Describe(int error) => $"{new Win32Exception(error).Message} (error {error})";

    /// <summary>The kernel's fixed layout: inode at 32, size at 40, device at 136 and 140.</summary>
    private static FileIdentity ReadStatx(ReadOnlySpan<byte> statx) => new(
        ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(statx[136..]) << 32) | BinaryPrimitives.ReadUInt32LittleEndian(statx[140..]),
        BinaryPrimitives.ReadUInt64LittleEndian(statx[32..]),
        BinaryPrimitives.ReadInt64LittleEndian(statx[40..]));

    private static int Retry(Func<int> call)
    {
        for (var interrupts = 0; ; interrupts++)
        {
            if (call() == 0)
                return 0;
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted || interrupts == MaxInterrupts)
                return error;
        }
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FDataSync(SafeHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeHandle file);

    [LibraryImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
    private static partial int SyncFileRange(SafeHandle file, long offset, long length, uint flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int FLock(SafeHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatxPath(int directory, string path, int flags, uint mask, ref byte buffer);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatxHandle(SafeHandle file, string path, int flags, uint mask, ref byte buffer);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool FlushFileBuffers(SafeHandle file);
}
