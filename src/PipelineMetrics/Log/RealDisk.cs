namespace PipelineMetrics.Log;

/// <summary>The real file system.</summary>
public sealed class RealDisk : IDisk
{
    /// <inheritdoc/>
    public ILogFile Open(string path, FileUse use) => DiskErrors.Run<ILogFile>("open", path, () => use switch
    {
        FileUse.Read => new RealLogFile(path, File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)),
        FileUse.Write => OpenForWriting(path, FileMode.OpenOrCreate),
        _ => OpenForWriting(path, FileMode.Create),
    });

    /// <inheritdoc/>
    public FileIdentity? Stat(string path)
    {
        if (!OperatingSystem.IsLinux())
            return StatPortably(path);
        var error = Native.Stat(path, out var identity);
        if (error == 0)
            return identity;
        return DiskErrors.IsNoSuchName(error) ? null : throw DiskErrors.FromError("examine", path, error);
    }

    /// <inheritdoc/>
    public void Rename(string oldPath, string newPath) => DiskErrors.Run("rename", oldPath, () =>
    {
        File.Move(oldPath, newPath, overwrite: true);
        return newPath;
    });

    /// <inheritdoc/>
    public void Delete(string path) => DiskErrors.Run("delete", path, () =>
    {
        File.Delete(path);
        return path;
    });

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string directory) => DiskErrors.Run("list", directory, () =>
    {
        if (!Directory.Exists(directory))
            return [];
        var names = Array.ConvertAll(Directory.GetFiles(directory), path => Path.GetFileName(path));
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    });

    /// <inheritdoc/>
    public void CreateDirectory(string directory)
    {
        var full = Path.GetFullPath(directory);
        if (Directory.Exists(full))
            return;
        var parent = Path.GetDirectoryName(full);
        if (parent is null)
            return;
        CreateDirectory(parent);
        DiskErrors.Run("create", full, () => Directory.CreateDirectory(full));

        // If we crash here the directory may be gone, and with it only what nobody was told is stored.
        SyncDirectory(parent);
    }

    /// <inheritdoc/>
    public void SyncDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
            return;
        var error = Native.OpenDirectory(directory, out var handle);
        using var names = handle;

        // Not being let at the directory says nothing about what it holds; it may be tried again, unlike a sync that failed.
        if (DiskErrors.IsNoAccess(error))
            throw DiskErrors.FromError("open", directory, error);
        if (error == 0)
            error = Native.SyncNames(names);
        if (error != 0)
            throw new DiskException(DiskFault.SyncFailed, "sync", directory, Native.Describe(error));
    }

    /// <inheritdoc/>
    public long FreeBytes(string directory) =>
        DiskErrors.Run("measure", directory, () => new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace);

    /// <inheritdoc/>
    public IDisposable Lock(string path) => RealLock.Take(path);

    /// <summary>Identity where there is no inode to ask for: the time of creation stands in for it.</summary>
    internal static FileIdentity? StatPortably(string path) => DiskErrors.Run<FileIdentity?>("examine", path, () =>
    {
        var file = new FileInfo(path);
        return file.Exists ? new FileIdentity(0, (ulong)file.CreationTimeUtc.Ticks, file.Length) : null;
    });

    private static RealLogFile OpenForWriting(string path, FileMode mode) =>
        new(path, File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));
}
