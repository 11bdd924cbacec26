using PipelineMetrics.Log;
using PipelineMetrics.Tests.Log;

namespace PipelineMetrics.Tests.Recording;

/// <summary>A disk on which another process does something between the commit thread's look at a file and its write to it.</summary>
internal sealed class RacingDisk(SimDisk disk) : IDisk
{
    private int _looks;

    /// <summary>What the other process does, once, before the second look that follows.</summary>
    public Action? Between { get; set; }

    public ILogFile Open(string path, FileUse use) => disk.Open(path, use);

    public FileIdentity? Stat(string path)
    {
        if (Between is { } act && path.EndsWith("/metrics.jsonl", StringComparison.Ordinal) && ++_looks == 2)
        {
            Between = null;
            act();
        }

        return disk.Stat(path);
    }

    public void Rename(string oldPath, string newPath) => disk.Rename(oldPath, newPath);

    public void Delete(string path) => disk.Delete(path);

    public IReadOnlyList<string> List(string directory) => disk.List(directory);

    public void CreateDirectory(string directory) => disk.CreateDirectory(directory);

    public void SyncDirectory(string directory) => disk.SyncDirectory(directory);

    public long FreeBytes(string directory) => disk.FreeBytes(directory);

    public IDisposable Lock(string path) => disk.Lock(path);
}
