using System.Text;
using Microsoft.Win32.SafeHandles;

namespace PipelineMetrics.Log;

/// <summary>
/// An exclusive lock on a file and on the directory it is in, held until disposed. The kernel drops it when the process ends, however
/// it ends.
/// </summary>
internal sealed class RealLock : IDisposable
{
    private const int WouldBlock = 11;
    private const int Attempts = 10;
    private readonly SafeFileHandle _file;
    private readonly SafeFileHandle? _directory;

    private RealLock(SafeFileHandle file, SafeFileHandle? directory) => (_file, _directory) = (file, directory);

    public static RealLock Take(string path)
    {
        var file = TakeFile(path);
        SafeFileHandle? directory = null;
        try
        {
            directory = OperatingSystem.IsLinux() ? TakeDirectoryOf(path) : null;
            Sign(file, path);
            return new RealLock(file, directory);
        }
        catch
        {
            // Whatever is wrong, nothing must stay locked by a lock nobody has.
            directory?.Dispose();
            file.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _directory?.Dispose();
        _file.Dispose();
    }

    private static SafeFileHandle TakeFile(string path)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var handle = OperatingSystem.IsLinux() ? OpenAndLock(path) : OpenExclusively(path);
            if (IsStillNamed(handle, path))
                return handle;

            // Somebody removed or replaced the file between our open and our lock: the lock we hold guards nothing.
            handle.Dispose();
        }

        throw new DiskException(DiskFault.Changed, "lock", path, "the file is replaced again and again");
    }

    /// <summary>
    /// Somebody may remove the file under its holder, and the next one would lock a new file. The directory cannot be removed while the
    /// log is in it.
    /// </summary>
    /// <returns>Null where directories cannot be locked: there the file alone decides.</returns>
    private static SafeFileHandle? TakeDirectoryOf(string path)
    {
        var error = Native.OpenDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!, out var handle);
        if (error == 0)
            error = Native.LockExclusive(handle);
        if (error == 0)
            return handle;
        handle.Dispose();
        return error == WouldBlock ? throw InUse(path, "another process") : null;
    }

    private static SafeFileHandle OpenAndLock(string path)
    {
        var error = Native.OpenForLock(path, out var handle);
        if (error != 0)
            throw DiskErrors.FromError("open", path, error);
        error = Native.LockExclusive(handle);
        if (error == 0)
            return handle;
        var holder = ReadHolder(handle);
        handle.Dispose();
        throw error == WouldBlock ? InUse(path, holder) : DiskErrors.FromError("lock", path, error);
    }

    private static SafeFileHandle OpenExclusively(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException problem)
        {
            throw DiskErrors.FromException("lock", path, problem);
        }
        catch (IOException)
        {
            throw InUse(path, "another process");
        }
    }

    private static bool IsStillNamed(SafeFileHandle handle, string path) =>
        !OperatingSystem.IsLinux()
        || (Native.Stat(handle, out var ours) == 0 && Native.Stat(path, out var named) == 0 && ours.IsSameFile(named));

    /// <summary>Leaves the process id in the file, for people; nothing depends on it, so a full disk does not matter here.</summary>
    private static void Sign(SafeFileHandle handle, string path)
    {
        try
        {
            RandomAccess.SetLength(handle, 0);
            RandomAccess.Write(handle, Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n"), 0);
        }
        catch (IOException problem)
        {
            var error = DiskErrors.FromException("sign", path, problem);
            if (error.Fault != DiskFault.Full)
                throw error;
        }
    }

    private static string ReadHolder(SafeFileHandle handle)
    {
        Span<byte> text = stackalloc byte[20];
        var length = RandomAccess.Read(handle, text, 0);
        var id = Encoding.ASCII.GetString(text[..length]).Trim();
        return id.Length > 0 ? $"process {id}" : "another process";
    }

    private static LogInUseException InUse(string path, string holder) => new(
        $"The log directory {Path.GetDirectoryName(Path.GetFullPath(path))} is in use by {holder}. " +
        "Stop that process, or give this one another directory (log.directory).");
}
