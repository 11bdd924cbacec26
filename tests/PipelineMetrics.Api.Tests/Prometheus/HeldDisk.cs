using PipelineMetrics.Log;

namespace PipelineMetrics.Api.Tests.Prometheus;

/// <summary>The real disk, which gives nothing back of the completions while it is held.</summary>
internal sealed class HeldDisk : IDisk
{
    private readonly RealDisk _disk = new();
    private readonly ManualResetEventSlim _gives = new(initialState: true);

    public void Hold() => _gives.Reset();

    public void Release() => _gives.Set();

    public ILogFile Open(string path, FileUse use)
    {
        var file = _disk.Open(path, use);
        return Path.GetFileName(path) == "metrics.jsonl" ? new HeldFile(file, _gives) : file;
    }

    public FileIdentity? Stat(string path) => _disk.Stat(path);

    public void Rename(string oldPath, string newPath) => _disk.Rename(oldPath, newPath);

    public void Delete(string path) => _disk.Delete(path);

    public IReadOnlyList<string> List(string directory) => _disk.List(directory);

    public void CreateDirectory(string directory) => _disk.CreateDirectory(directory);

    public void SyncDirectory(string directory) => _disk.SyncDirectory(directory);

    public long FreeBytes(string directory) => _disk.FreeBytes(directory);

    public IDisposable Lock(string path) => _disk.Lock(path);

    private sealed class HeldFile(ILogFile file, ManualResetEventSlim gives) : ILogFile
    {
        public FileIdentity Stat() => file.Stat();

        public int ReadAt(Span<byte> buffer, long offset)
        {
            gives.Wait();
            return file.ReadAt(buffer, offset);
        }

        public void WriteAt(ReadOnlySpan<byte> bytes, long offset) => file.WriteAt(bytes, offset);

        public void Truncate(long length) => file.Truncate(length);

        public void Sync() => file.Sync();

        public void Dispose() => file.Dispose();
    }
}
