using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log;

/// <summary>An open file of a <see cref="SimDisk"/>; unusable once the machine has crashed.</summary>
internal sealed class SimFile(SimDisk disk, string path, SimInode inode) : ILogFile
{
    private readonly int _generation = disk.Generation;
    private bool _isClosed;

    public FileIdentity Stat() => disk.Look("stat", path, () => Alive().Identity);

    public int ReadAt(Span<byte> buffer, long offset)
    {
        lock (disk.Gate)
        {
            disk.NoteLook("read", path);
            return Alive().ReadAt(buffer, offset);
        }
    }

    public void WriteAt(ReadOnlySpan<byte> bytes, long offset)
    {
        lock (disk.Gate)
        {
            try
            {
                disk.Before("write", path);
            }
            catch (Exception)
            {
                // A failing write leaves any part of itself behind; half of it is the nastiest.
                Alive().WriteAt(bytes[..(bytes.Length / 2)], offset);
                throw;
            }

            Alive().WriteAt(bytes[..(bytes.Length / 2)], offset);
            disk.Note("write", path, Moment.Halfway);
            Alive().WriteAt(bytes, offset);
            disk.Note("write", path, Moment.After);
        }
    }

    public void Truncate(long length) => disk.Change("truncate", path, () => Alive().Resize(length));

    public void Sync() => disk.Change("sync", path, () =>
    {
        if (!disk.IgnoresSync)
            Alive().Sync();
    });

    public void Dispose() => _isClosed = true;

    private SimInode Alive()
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        return _generation == disk.Generation ? inode : throw new SimDisk.PowerLoss();
    }
}
