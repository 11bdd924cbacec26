using Microsoft.Extensions.Logging.Abstractions;

namespace PipelineMetrics.Log;

/// <summary>Both streams as they are at one moment, opened for reading only.</summary>
internal sealed class LogSnapshot : IDisposable
{
    private LogSnapshot(DamageBook book, SegmentCatalog catalog, Segment[][] segments, bool isStable)
    {
        Book = book;
        Catalog = catalog;
        Segments = segments;
        IsStable = isStable;
    }

    /// <summary>What the directory itself already tells: segments missing, a manifest that makes no sense.</summary>
    public DamageBook Book { get; }

    /// <summary>What the manifest says.</summary>
    public SegmentCatalog Catalog { get; }

    /// <summary>Per stream, oldest first, archives too; the active file last even when it does not exist.</summary>
    public Segment[][] Segments { get; }

    /// <summary>Whether nothing moved while it was taken, so that the streams fit each other.</summary>
    public bool IsStable { get; }

    public static LogSnapshot Take(IDisk disk, string directory)
    {
        var book = new DamageBook(quarantine: null);
        var catalog = new SegmentCatalog(disk, directory, NullLogger.Instance);
        catalog.Use(Manifest.Load(disk, directory, out var problem));
        if (problem is not null)
            book.Add(new LogDamage(DamageKind.BadManifest, LogNames.Manifest, 0, 0, 0, 0, problem, null));
        var before = Outline(disk, directory);
        var segments = Array.ConvertAll(LogNames.Streams, stream => Load(disk, directory, stream, catalog, book));
        return new LogSnapshot(book, catalog, segments, before == Outline(disk, directory));
    }

    /// <summary>Tries until nothing moves meanwhile; after as many attempts whatever was found last.</summary>
    public static LogSnapshot TakeStill(IDisk disk, string directory, int attempts)
    {
        var snapshot = Take(disk, directory);
        while (!snapshot.IsStable && --attempts > 0)
        {
            snapshot.Dispose();
            snapshot = Take(disk, directory);
        }

        return snapshot;
    }

    public void Dispose()
    {
        foreach (var segment in Segments.SelectMany(segments => segments))
            segment.Dispose();
    }

    private static Segment[] Load(IDisk disk, string directory, LogStream stream, SegmentCatalog catalog, DamageBook book)
    {
        // Not disposed here: its segments go into the snapshot, and it has nothing else.
        var log = new StreamLog(disk, directory, stream);
        catalog.LoadArchivedInto(log);
        catalog.LoadInto(log, book);
        foreach (var segment in log.Sealed)
            Open(disk, segment);
        var active = new Segment(stream, log.FirstFreeOrdinal, directory, LogNames.Active(stream));
        if (disk.Stat(active.FullPath) is not null)
            active.Length = active.Handle(disk).Stat().Length;
        return [.. log.Archived, .. log.Sealed, active];
    }

    /// <summary>At once: a file that is open can still be read when a live server archives it meanwhile.</summary>
    private static void Open(IDisk disk, Segment segment)
    {
        try
        {
            segment.Handle(disk);
        }
        catch (DiskException)
        {
            // Whoever reads it meets the same and says so.
        }
    }

    /// <summary>Names and lengths, to compare before with after; what is no part of the log may change meanwhile.</summary>
    private static string Outline(IDisk disk, string directory) => string.Join('|', disk.List(directory)
        .Where(name => name != LogNames.Webhooks && (name.EndsWith(".jsonl", StringComparison.Ordinal) || name == LogNames.Manifest))
        .Select(name => $"{name}:{disk.Stat(Path.Combine(directory, name))?.Length}:{disk.Stat(Path.Combine(directory, name))?.Inode}"));
}
