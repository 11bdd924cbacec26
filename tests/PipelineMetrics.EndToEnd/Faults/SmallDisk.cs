using System.Diagnostics;

namespace PipelineMetrics.EndToEnd.Faults;

/// <summary>A file system of four megabytes, in memory, that can be filled to the last byte and freed again.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const string Size = "size=4m";
    private const int ChunkBytes = 64 << 10;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pipeline-metrics-disk-");

    /// <exception cref="IOException">It may not be mounted here.</exception>
    public SmallDisk()
    {
        try
        {
            Run("mount", "-t", "tmpfs", "-o", Size, "tmpfs", FullPath);
        }
        catch
        {
            // Without the mount there is nothing to dispose later; the caller only sees why.
            _folder.Delete();
            throw;
        }
    }

    public string FullPath => _folder.FullName;

    private string Filler => Path.Combine(FullPath, "filler");

    /// <summary>Takes all that is left, down to single bytes.</summary>
    public void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var bytes = ChunkBytes; bytes > 0; bytes /= 2) FillWith(filler, new byte[bytes]);
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void Free() => File.Delete(Filler);

    public void Dispose()
    {
        Run("umount", "-l", FullPath);
        _folder.Delete();
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

    private static void Run(string program, params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new IOException(said.Trim().Split('\n')[0]);
    }
}
