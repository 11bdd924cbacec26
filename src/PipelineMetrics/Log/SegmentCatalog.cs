using Microsoft.Extensions.Logging;

namespace PipelineMetrics.Log;

/// <summary>Keeps <c>journal.json</c> in step with the sealed files; files count, the manifest only says what they should be.</summary>
internal sealed class SegmentCatalog(IDisk disk, string directory, ILogger logger)
{
    private ManifestDocument _document = new();

    /// <summary>Whether the file on disk is behind what is known; written at the next good moment.</summary>
    public bool IsBehind { get; private set; }

    /// <summary>Takes over what was read at open; null when there was nothing to read.</summary>
    public void Use(ManifestDocument? loaded)
    {
        IsBehind = loaded is null;
        _document = loaded ?? _document;
    }

    /// <summary>Finds the sealed segments of a stream, listed or not, and reports those that are missing.</summary>
    public void LoadInto(StreamLog log, DamageBook book)
    {
        var listed = _document.Segments.Where(entry => entry.Stream == LogNames.Word(log.Stream)).ToList();
        var names = disk.List(directory).Where(name => LogNames.TryParseSealed(log.Stream, name, out _)).ToList();
        var next = listed.Count == 0 ? 0 : listed.Max(entry => entry.Ordinal) + 1;
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

    /// <summary>The highest number any listed segment had, so that no number is given twice even if files are gone.</summary>
    public long HighestSeq() => _document.Segments.Select(entry => entry.LastSeq).DefaultIfEmpty(0).Max();

    /// <summary>Lists a sealed file: hashes it and remembers to write the manifest.</summary>
    public void Add(Segment segment)
    {
        segment.Listed = segment.Describe(segment.Hash.Finish(segment.Handle(disk), segment.Length));
        _document = _document with { Segments = [.. _document.Segments, segment.Listed] };
        IsBehind = true;
        logger.LogInformation("Listed segment {File}: {Lines} lines, {Bytes} bytes", segment.FileName, segment.Lines, segment.Length);
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
