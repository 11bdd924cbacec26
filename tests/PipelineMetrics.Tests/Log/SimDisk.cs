using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log;

/// <summary>Where in a disk call something happens.</summary>
internal enum Moment
{
    Before,

    /// <summary>Half of a write is in the file; other calls have no half.</summary>
    Halfway,
    After,
}

/// <summary>
/// A disk in memory that keeps what was written apart from what is durable, and forgets the difference when it crashes. Stricter than a
/// real one: content needs a sync of the file, names a sync of the directory; used handles die with the crash; a write may fail half done.
/// </summary>
internal sealed class SimDisk : IDisk
{
    private readonly HashSet<string> _locks = [];
    private SimNames _names = new();
    private ulong _nextInode = 1;

    /// <summary>Disk calls that change something, so far.</summary>
    public int Calls { get; private set; }

    /// <summary>Called before each changing call with its number and name; returns what it fails with, or null.</summary>
    public Func<int, string, DiskException?>? Fault { get; set; }

    /// <summary>Called before each call that changes nothing (stat, open, read, list, lock) with name and path; returns what it fails with, or null.</summary>
    public Func<string, string, DiskException?>? LookFault { get; set; }

    /// <summary>Called around each changing call with its name and path; may copy the disk, or throw <see cref="PowerLoss"/> to end the machine.</summary>
    public Action<string, string, Moment>? Watch { get; set; }

    /// <summary>The machine dies at this call; it and everything after it throws <see cref="PowerLoss"/>.</summary>
    public int? DiesAtCall { get; set; }

    /// <summary>A mutant: content syncs do nothing.</summary>
    public bool IgnoresSync { get; set; }

    /// <summary>A mutant: directory syncs do nothing.</summary>
    public bool IgnoresDirectorySync { get; set; }

    public IEnumerable<string> Names => _names.All;

    /// <summary>Counts crashes; what was opened in an earlier life is of no use.</summary>
    public int Generation { get; private set; }

    public Lock Gate { get; } = new();

    /// <summary>Loses what is not durable. With a random, some of it survives, in blocks of 512 bytes and some of the changes of names.</summary>
    public void Crash(Random? random = null)
    {
        Generation++;
        _locks.Clear();
        DiesAtCall = null;
        Fault = null;
        LookFault = null;
        Watch = null;
        _names = _names.AfterCrash(random);
    }

    /// <summary>A second disk in the same state, durable and not; nobody holds a lock on it and nothing is planned for it.</summary>
    public SimDisk Copy() => new() { _names = _names.Copy(), _nextInode = _nextInode, Calls = Calls };

    public byte[] Read(string path) => _names.Find(path)!.Cached.ToArray();

    public bool Exists(string path) => _names.Find(path) is not null;

    /// <summary>What somebody else does to a file, durably at once.</summary>
    public void Tamper(string path, Func<byte[], byte[]> change)
    {
        var inode = _names.Find(path)!;
        inode.Set(change(inode.Cached.ToArray()));
    }

    public void Put(string path, byte[] content)
    {
        var inode = new SimInode(_nextInode++);
        inode.Set(content);
        _names.PutDurably(path, inode);
    }

    public void Remove(string path) => _names.RemoveDurably(path);

    public ILogFile Open(string path, FileUse use)
    {
        lock (Gate)
        {
            NoteLook("open", path);
            if (_names.Find(path) is null)
            {
                if (use == FileUse.Read)
                    throw new DiskException(DiskFault.Other, "open", path, "no such file");
                Change("create", path, () => _names.Create(path, new SimInode(_nextInode++)));
            }
            else if (use == FileUse.Replace)
            {
                Change("empty", path, () => _names.Find(path)!.Resize(0));
            }

            return new SimFile(this, path, _names.Find(path)!);
        }
    }

    public FileIdentity? Stat(string path) => Look("stat", path, () => _names.Find(path)?.Identity);

    public void Rename(string oldPath, string newPath) => Change("rename", oldPath, () => _names.Rename(oldPath, newPath));

    public void Delete(string path) => Change("delete", path, () => _names.Delete(path));

    public IReadOnlyList<string> List(string directory) => Look("list", directory, () =>
        Names.Where(path => Path.GetDirectoryName(path) == directory).Select(path => Path.GetFileName(path)!).ToArray());

    /// <summary>What is said to be free.</summary>
    public long Free { get; set; } = long.MaxValue;

    public long FreeBytes(string directory) => Look("measure", directory, () => Free);

    public void CreateDirectory(string directory)
    {
    }

    public void SyncDirectory(string directory) => Change("sync-directory", directory, () =>
    {
        if (!IgnoresDirectorySync)
            _names.Sync(directory);
    });

    public IDisposable Lock(string path)
    {
        lock (Gate)
        {
            NoteLook("lock", path);
            if (!_locks.Add(path))
                throw new LogInUseException($"{path} is in use.");
            return new Release(this, path);
        }
    }

    /// <summary>Runs a call that changes something.</summary>
    public void Change(string operation, string path, Action act)
    {
        lock (Gate)
        {
            Before(operation, path);
            act();
            Note(operation, path, Moment.After);
        }
    }

    /// <summary>Runs a call that only looks.</summary>
    public T Look<T>(string operation, string path, Func<T> look)
    {
        lock (Gate)
        {
            NoteLook(operation, path);
            return look();
        }
    }

    /// <summary>Lets a call that only looks fail.</summary>
    public void NoteLook(string operation, string path)
    {
        if (LookFault?.Invoke(operation, path) is { } fault)
            throw Named(fault, operation, path);
    }

    /// <summary>Counts a changing call and lets it fail or the machine die.</summary>
    public void Before(string operation, string path)
    {
        Note(operation, path, Moment.Before);
        Calls++;
        if (Calls >= DiesAtCall)
            throw new PowerLoss();
        if (Fault?.Invoke(Calls, operation) is { } fault)
            throw Named(fault, operation, path);
    }

    public void Note(string operation, string path, Moment moment)
    {
        try
        {
            Watch?.Invoke(operation, path, moment);
        }
        catch (PowerLoss)
        {
            DiesAtCall = 0;
            Watch = null;
            throw;
        }
    }

    private static DiskException Named(DiskException fault, string operation, string path) =>
        new(fault.Fault, operation, path, fault.Message);

    /// <summary>The machine lost power; nothing may catch this as a disk error.</summary>
    internal sealed class PowerLoss : Exception;

    private sealed class Release(SimDisk disk, string path) : IDisposable
    {
        private readonly int _generation = disk.Generation;

        public void Dispose()
        {
            if (disk.Generation == _generation)
                disk._locks.Remove(path);
        }
    }
}
