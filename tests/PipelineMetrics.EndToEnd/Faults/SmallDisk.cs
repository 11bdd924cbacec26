namespace PipelineMetrics.EndToEnd.Faults;

/// <summary>A file system of a few megabytes that can be filled, freed and taken away.</summary>
internal sealed class SmallDisk : IDisposable
{
    /// <summary>What a file takes at once: the page of one kind, the block of the other.</summary>
    public const int BlockBytes = 4096;

    private const int ChunkBytes = 64 << 10;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pipeline-metrics-disk-");

    /// <summary>In memory, full by the byte.</summary>
    /// <param name="megabytes">Room for contents.</param>
    /// <param name="files">Room for names; as many as anybody wants when null.</param>
    /// <exception cref="IOException">It may not be mounted here.</exception>
    public SmallDisk(int megabytes = 4, int? files = null)
    {
        Directory.CreateDirectory(FullPath);
        Mount(() => Shell.Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m{(files is null ? "" : $",nr_inodes={files}")}", "tmpfs", FullPath));
    }

    private SmallDisk(Action<string> make)
    {
        Directory.CreateDirectory(FullPath);
        Mount(() =>
        {
            make(Image);
            MountImage();
        });
    }

    public string FullPath => Path.Combine(_folder.FullName, "disk");

    /// <summary>Where the service keeps its log.</summary>
    public string Log => Path.Combine(FullPath, "log");

    private string Image => Path.Combine(_folder.FullName, "image");

    private string Filler => Path.Combine(FullPath, "filler");

    /// <summary>A real file system in a file. About eight megabytes are for contents; its own journal has the rest.</summary>
    /// <exception cref="IOException">It may not be mounted here.</exception>
    public static SmallDisk Ext4() => new(image =>
    {
        using (var file = File.Create(image)) file.SetLength(12 << 20);
        Shell.Run("mkfs.ext4", "-q", "-F", "-m", "0", "-b", $"{BlockBytes}", image);
    });

    /// <summary>Takes all that is left, down to single bytes, and gives some blocks of it back.</summary>
    public void Fill(int blocksLeft = 0)
    {
        using var filler = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var bytes = ChunkBytes; bytes > 0; bytes /= 2) FillWith(filler, new byte[bytes]);
        filler.SetLength(Math.Max(0, filler.Length - ((long)blocksLeft * BlockBytes)));
        // What was given back is free only when the file system has written that down.
        filler.Flush(flushToDisk: true);
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void Free() => File.Delete(Filler);

    /// <summary>Takes every name that is left.</summary>
    public void TakeAllNames()
    {
        var names = Directory.CreateDirectory(Path.Combine(FullPath, "names"));
        try
        {
            for (var number = 0; ; number++) File.Create(Path.Combine(names.FullName, $"{number}")).Dispose();
        }
        catch (IOException)
        {
            // None is left, which is what was wanted.
        }
    }

    /// <summary>Gives back what <see cref="TakeAllNames"/> took.</summary>
    public void FreeNames() => Directory.Delete(Path.Combine(FullPath, "names"), recursive: true);

    /// <summary>Nothing can be changed from now on; refused by the system while somebody has a file open for writing.</summary>
    public void MakeReadOnly() => Shell.Run("mount", "-o", "remount,ro", FullPath);

    public void MakeWritable() => Shell.Run("mount", "-o", "remount,rw", FullPath);

    /// <summary>What ext4 does by itself when its disk fails: from now on it is read-only, open files included.</summary>
    public void Abort() => Shell.Run("mount", "-o", "remount,abort", FullPath);

    /// <summary>Repairs an aborted file system, as an administrator does, and uses it again. Nobody may have a file open on it.</summary>
    public void Repair()
    {
        Shell.Run("umount", FullPath);
        Shell.Run("sh", "-c", $"e2fsck -p -f '{Image}' || test $? -le 1");
        MountImage();
    }

    public void Dispose()
    {
        Shell.Run("umount", "-l", FullPath);
        _folder.Delete(recursive: true);
    }

    private void MountImage() => Shell.Run("mount", "-o", "loop", Image, FullPath);

    private void Mount(Action mount)
    {
        try
        {
            mount();
        }
        catch
        {
            // Without the mount there is nothing to dispose later; the caller only sees why.
            _folder.Delete(recursive: true);
            throw;
        }
    }

    private static void FillWith(FileStream filler, byte[] chunk)
    {
        try
        {
            while (true) filler.Write(chunk);
        }
        catch (IOException)
        {
            // Full, which is what was wanted; smaller chunks may still fit.
        }
    }
}
