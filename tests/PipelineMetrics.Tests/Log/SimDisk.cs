using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log;

/// <summary>
/// A disk in memory that keeps what was written apart from what is durable, and forgets the difference when it crashes. Stricter than a
/// real one: content needs a sync of the file, names a sync of the directory; used handles die with the crash; a write may fail half done.
/// </summary>
internal sealed class SimDisk : IDisk
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _locks = [];
    private Dictionary<string, SimInode> _names = new(StringComparer.Ordinal);
    private Dictionary<string, SimInode> _durableNames = new(StringComparer.Ordinal);
    private List<Dictionary<string, SimInode>> _nameHistory = [];
    private ulong _nextInode = 1;
    private int _generation;

    /// <summary>Disk calls that change something, so far.</summary>
    public int Calls { get; private set; }

    /// <summary>Called before each changing call with its number and name; throws to fail it, returns true to fail it half done.</summary>
    public Func<int, string, DiskException?>? Fault { get; set; }

    /// <summary>The machine dies at this call; it and everything after it throws <see cref="PowerLoss"/>.</summary>
    public int? DiesAtCall { get; set; }

    /// <summary>A mutant: content syncs do nothing.</summary>
    public bool IgnoresSync { get; set; }

    /// <summary>A mutant: directory syncs do nothing.</summary>
    public bool IgnoresDirectorySync { get; set; }

    public IEnumerable<string> Names => _names.Keys.Order(StringComparer.Ordinal);

    /// <summary>Loses what is not durable. With a random, some of it survives, in blocks of 512 bytes and prefixes of name changes.</summary>
    public void Crash(Random? random = null)
    {
        _generation++;
        _locks.Clear();
        DiesAtCall = null;
        Fault = null;
        var surviving = random is null ? _durableNames : SurvivingNames(random);
        _names = new(surviving, StringComparer.Ordinal);
        foreach (var inode in _names.Values.Distinct())
            inode.Crash(random);
        _durableNames = new(_names, StringComparer.Ordinal);
        _nameHistory = [];
    }

    public byte[] Read(string path) => _names[path].Cached.ToArray();

    public bool Exists(string path) => _names.ContainsKey(path);

    /// <summary>What somebody else does to a file, durably at once.</summary>
    public void Tamper(string path, Func<byte[], byte[]> change)
    {
        var inode = _names[path];
        inode.Set(change(inode.Cached.ToArray()));
    }

    public void Put(string path, byte[] content)
    {
        var inode = new SimInode(_nextInode++);
        inode.Set(content);
        _names[path] = inode;
        _durableNames[path] = inode;
    }

    public void Remove(string path)
    {
        _names.Remove(path);
        _durableNames.Remove(path);
    }

    public ILogFile Open(string path, FileUse use)
    {
        lock (_gate)
        {
            if (!_names.TryGetValue(path, out var inode))
            {
                if (use == FileUse.Read)
                    throw new DiskException(DiskFault.Other, "open", path, "no such file");
                Step("create", path);
                inode = new SimInode(_nextInode++);
                ChangeNames(names => names[path] = inode);
            }
            else if (use == FileUse.Replace)
            {
                Step("empty", path);
                inode.Resize(0);
            }

            return new SimFile(this, path, inode, _generation);
        }
    }

    public FileIdentity? Stat(string path)
    {
        lock (_gate)
            return _names.TryGetValue(path, out var inode) ? inode.Identity : null;
    }

    public void Rename(string oldPath, string newPath)
    {
        lock (_gate)
        {
            Step("rename", oldPath);
            ChangeNames(names =>
            {
                names[newPath] = names[oldPath];
                names.Remove(oldPath);
            });
        }
    }

    public void Delete(string path)
    {
        lock (_gate)
        {
            Step("delete", path);
            ChangeNames(names => names.Remove(path));
        }
    }

    public IReadOnlyList<string> List(string directory)
    {
        lock (_gate)
            return [.. Names.Where(path => Path.GetDirectoryName(path) == directory).Select(path => Path.GetFileName(path)!)];
    }

    public void CreateDirectory(string directory)
    {
    }

    public void SyncDirectory(string directory)
    {
        lock (_gate)
        {
            Step("sync-directory", directory);
            if (IgnoresDirectorySync)
                return;
            MakeDurable(directory);
            _nameHistory = [];
        }
    }

    public IDisposable Lock(string path)
    {
        lock (_gate)
        {
            if (!_locks.Add(path))
                throw new LogInUseException($"{path} is in use.");
            return new Release(this, path, _generation);
        }
    }

    private Dictionary<string, SimInode> SurvivingNames(Random random)
    {
        var kept = random.Next(_nameHistory.Count + 1);
        return kept == 0 ? _durableNames : _nameHistory[kept - 1];
    }

    private void ChangeNames(Action<Dictionary<string, SimInode>> change)
    {
        change(_names);
        _nameHistory.Add(new(_names, StringComparer.Ordinal));
    }

    private void MakeDurable(string directory)
    {
        foreach (var gone in _durableNames.Keys.Where(path => IsIn(path, directory) && !_names.ContainsKey(path)).ToList())
            _durableNames.Remove(gone);
        foreach (var (path, inode) in _names.Where(entry => IsIn(entry.Key, directory)))
            _durableNames[path] = inode;
    }

    private static bool IsIn(string path, string directory) => Path.GetDirectoryName(path) == directory;

    /// <summary>Counts a changing call and lets it fail or the machine die.</summary>
    private void Step(string operation, string path)
    {
        Calls++;
        if (Calls >= DiesAtCall)
            throw new PowerLoss();
        if (Fault?.Invoke(Calls, operation) is { } fault)
            throw new DiskException(fault.Fault, operation, path, fault.Message);
    }

    /// <summary>The machine lost power; nothing may catch this as a disk error.</summary>
    internal sealed class PowerLoss : Exception;

    private sealed class Release(SimDisk disk, string path, int generation) : IDisposable
    {
        public void Dispose()
        {
            if (disk._generation == generation)
                disk._locks.Remove(path);
        }
    }

    private sealed class SimFile(SimDisk disk, string path, SimInode inode, int generation) : ILogFile
    {
        private bool _isClosed;

        public FileIdentity Stat() => Alive().Identity;

        public int ReadAt(Span<byte> buffer, long offset)
        {
            lock (disk._gate)
                return Alive().ReadAt(buffer, offset);
        }

        public void WriteAt(ReadOnlySpan<byte> bytes, long offset)
        {
            lock (disk._gate)
            {
                try
                {
                    disk.Step("write", path);
                }
                catch (Exception)
                {
                    // A failing write leaves any part of itself behind; half of it is the nastiest.
                    Alive().WriteAt(bytes[..(bytes.Length / 2)], offset);
                    throw;
                }

                Alive().WriteAt(bytes, offset);
            }
        }

        public void Truncate(long length)
        {
            lock (disk._gate)
            {
                disk.Step("truncate", path);
                Alive().Resize(length);
            }
        }

        public void Sync()
        {
            lock (disk._gate)
            {
                disk.Step("sync", path);
                if (!disk.IgnoresSync)
                    Alive().Sync();
            }
        }

        public void Dispose() => _isClosed = true;

        private SimInode Alive()
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            return generation == disk._generation ? inode : throw new PowerLoss();
        }
    }
}
