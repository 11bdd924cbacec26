using Microsoft.Extensions.Logging;

namespace PipelineMetrics.Log;

/// <summary>Keeps <c>journal.json</c> in step with the sealed files; files count, the manifest only says what they should be.</summary>
internal sealed class SegmentCatalog(IDisk disk, string directory, ILogger logger)
{
    private ManifestDocument _document = new();

    /// <summary>The segments that left, oldest first in each stream.</summary>
    public IReadOnlyList<ArchivedSegment> Archived => _document.Archived ?? [];

    /// <summary>Sums over what left, by name.</summary>
    public IReadOnlyDictionary<string, long> CarriedOver => _document.CarriedOver ?? new Dictionary<string, long>();

    /// <summary>Whether the file on disk is behind what is known; written at the next good moment.</summary>
    public bool IsBehind { get; private set; }

    /// <summary>Takes over what was read at open; null when there was nothing to read.</summary>
    public void Use(ManifestDocument? loaded)
    {
        IsBehind = loaded is null;
        _document = loaded ?? _document;
        if (loaded is null && new FoundArchives(disk, directory, logger).Read() is { Count: > 0 } found)
            _document = _document with { Format = ManifestDocument.CurrentFormat, Archived = found };
    }

    /// <summary>Shows a stream what left it.</summary>
    public void LoadArchivedInto(StreamLog log) => log.SetArchived(ArchivedOf(log.Stream).Select(entry =>
        new Segment(log.Stream, entry.Segment.Ordinal, directory, entry.ArchiveName) { Archive = entry, Listed = entry.Segment, Length = entry.Segment.Bytes }));

    /// <summary>Finds the sealed segments of a stream, listed or not, and reports those that are missing.</summary>
    public void LoadInto(StreamLog log, DamageBook book)
    {
        var listed = _document.Segments.Where(entry => entry.Stream == LogNames.Word(log.Stream)).ToList();
        var archived = ArchivedOf(log.Stream).ToList();
        var names = disk.List(directory).Where(name => LogNames.TryParseSealed(log.Stream, name, out _))
            .Except(archived.Select(entry => entry.Segment.File)).ToList();
        var next = listed.Concat(archived.Select(entry => entry.Segment)).Select(entry => entry.Ordinal).DefaultIfEmpty(-1).Max() + 1;
        var segments = new List<Segment>();
        foreach (var name in names)
        {
            var entry = listed.Find(candidate => candidate.File == name);
            segments.Add(new Segment(log.Stream, entry?.Ordinal ?? next++, directory, name)
            {
                Listed = entry,
                Length = disk.Stat(Path.Combine(directory, name))?.Length ?? 0,
            });
        }

        foreach (var missing in listed.Where(entry => !names.Contains(entry.File)))
            book.AddSegment(DamageKind.MissingSegment, missing, "listed in journal.json, not in the directory");
        log.FirstFreeOrdinal = next;
        log.SetSealed(segments);
    }

    private IEnumerable<ArchivedSegment> ArchivedOf(LogStream stream) => Archived.Where(entry => entry.Stream == stream);

    /// <summary>The highest number any listed segment had, so that no number is given twice even if files are gone.</summary>
    public long HighestSeq() =>
        _document.Segments.Concat(Archived.Select(entry => entry.Segment)).Select(entry => entry.LastSeq).DefaultIfEmpty(0).Max();

    /// <summary>Lists a sealed file: hashes it and remembers to write the manifest.</summary>
    public void Add(Segment segment)
    {
        segment.Listed = segment.Describe(segment.Hash.Finish(segment.Handle(disk), segment.Length));
        _document = _document with { Segments = [.. _document.Segments, segment.Listed] };
        IsBehind = true;
        logger.LogInformation("Listed segment {File}: {Lines} lines, {Bytes} bytes", segment.FileName, segment.Lines, segment.Length);
    }

    /// <summary>Lists segments as archived instead of sealed, durably; when that fails they stay listed as they were.</summary>
    /// <param name="archived">Every archived segment from now on.</param>
    /// <param name="carriedOver">Sums over all of them.</param>
    public void Archive(IReadOnlyList<ArchivedSegment> archived, IReadOnlyDictionary<string, long> carriedOver)
    {
        var gone = archived.Select(entry => entry.Segment.File).ToHashSet();
        var document = _document with
        {
            Format = ManifestDocument.CurrentFormat,
            Segments = [.. _document.Segments.Where(entry => !gone.Contains(entry.File))],
            Archived = archived,
            CarriedOver = carriedOver,
        };
        Manifest.Save(disk, directory, document);
        _document = document;
        IsBehind = false;
    }

    /// <summary>Writes the manifest if it is behind.</summary>
    public void Save()
    {
        if (!IsBehind)
            return;
        Manifest.Save(disk, directory, _document);
        IsBehind = false;
    }
}
