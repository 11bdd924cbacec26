namespace PipelineMetrics.Tests.Log;

/// <summary>
/// The names on a <see cref="SimDisk"/>: what they stand for now, what is durable, and the changes between, which a crash may lose.
/// </summary>
internal sealed class SimNames
{
    private readonly Dictionary<string, SimInode> _now = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimInode> _durable = new(StringComparer.Ordinal);
    private readonly List<Change> _unsynced = [];

    private SimNames(Dictionary<string, SimInode> durable)
    {
        foreach (var (path, inode) in durable)
            PutDurably(path, inode);
    }

    public SimNames()
    {
    }

    public IEnumerable<string> All => _now.Keys.Order(StringComparer.Ordinal);

    public SimInode? Find(string path) => _now.GetValueOrDefault(path);

    public void Create(string path, SimInode inode) => Do(new Change(null, path, inode));

    public void Rename(string oldPath, string newPath) => Do(new Change(oldPath, newPath, _now[oldPath]));

    public void Delete(string path) => Do(new Change(path, null, null));

    public void PutDurably(string path, SimInode inode)
    {
        _now[path] = inode;
        _durable[path] = inode;
    }

    public void RemoveDurably(string path)
    {
        _now.Remove(path);
        _durable.Remove(path);
    }

    public void Sync(string directory)
    {
        foreach (var change in _unsynced.Where(change => change.Directory == directory))
            change.Apply(_durable);
        _unsynced.RemoveAll(change => change.Directory == directory);
    }

    /// <summary>The same names and changes on copies of the same files.</summary>
    public SimNames Copy()
    {
        var copies = new Dictionary<SimInode, SimInode>(ReferenceEqualityComparer.Instance);
        SimInode CopyOf(SimInode inode) => copies.TryGetValue(inode, out var copy) ? copy : copies[inode] = inode.Copy();
        var names = new SimNames();
        foreach (var (path, inode) in _now)
            names._now[path] = CopyOf(inode);
        foreach (var (path, inode) in _durable)
            names._durable[path] = CopyOf(inode);
        names._unsynced.AddRange(_unsynced.Select(change => change.Inode is { } inode ? change with { Inode = CopyOf(inode) } : change));
        return names;
    }

    /// <summary>
    /// What a crash leaves. Without a random only durable names. With one, either the first few changes of each directory survive, as on
    /// a file system with a journal, or any of them, as where changes of names may overtake each other.
    /// </summary>
    public SimNames AfterCrash(Random? random)
    {
        var surviving = new Dictionary<string, SimInode>(_durable, StringComparer.Ordinal);
        if (random is not null && _unsynced.Count > 0)
        {
            foreach (var change in random.Next(2) == 0 ? Prefixes(random) : [.. _unsynced.Where(_ => random.Next(2) == 0)])
                change.Apply(surviving);
        }

        foreach (var inode in surviving.Values.Distinct())
            inode.Crash(random);
        return new SimNames(surviving);
    }

    private List<Change> Prefixes(Random random) =>
        [.. _unsynced.GroupBy(change => change.Directory).SelectMany(changes => changes.Take(random.Next(changes.Count() + 1)))];

    private void Do(Change change)
    {
        change.Apply(_now);
        _unsynced.Add(change);
    }

    /// <summary>One change of one directory; a rename is atomic.</summary>
    private sealed record Change(string? Gone, string? Name, SimInode? Inode)
    {
        public string? Directory => Path.GetDirectoryName(Name ?? Gone);

        public void Apply(Dictionary<string, SimInode> names)
        {
            if (Gone is not null)
                names.Remove(Gone);
            if (Name is not null)
                names[Name] = Inode!;
        }
    }
}
