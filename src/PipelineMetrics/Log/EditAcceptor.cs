namespace PipelineMetrics.Log;

/// <summary>An edit of a file of the log that was taken into its books.</summary>
/// <param name="At">When it was.</param>
/// <param name="File">Which file.</param>
/// <param name="Seqs">The numbers of the edited lines; empty when only lines without number or blank lines were edited.</param>
/// <param name="Sha256Before">The hash the file was sealed with; null for a file that is still written to.</param>
/// <param name="Sha256After">The hash it has now; null for a file that is still written to.</param>
public sealed record AcceptedEdit(DateTimeOffset At, string File, IReadOnlyList<long> Seqs, string? Sha256Before, string? Sha256After);

/// <summary>
/// Takes deliberate edits into the books, such as a secret that was blanked in a line: an edited line gets a new checksum, its file a
/// new hash, and <c>journal.json</c> lists what was accepted, when. A line keeps its number and must still be a JSON object; lines that
/// are missing or torn, and archives, are no edits and stay what they are.
/// </summary>
public static class EditAcceptor
{
    /// <summary>Accepts every edit of a log that nobody writes. On return what is reported is durable.</summary>
    /// <param name="disk">The file system.</param>
    /// <param name="options">Where the log is.</param>
    /// <param name="clock">The time of the acceptance.</param>
    /// <returns>What was accepted; empty when nothing was edited.</returns>
    /// <exception cref="LogInUseException">Somebody writes it.</exception>
    /// <exception cref="LogFormatException">A newer version wrote it.</exception>
    /// <exception cref="DiskException">Something could not be read or written; running it again finishes what was begun.</exception>
    public static IReadOnlyList<AcceptedEdit> Accept(IDisk disk, LogOptions options, TimeProvider clock)
    {
        options.Check();
        var directory = Path.GetFullPath(options.Directory);
        using var held = disk.Lock(Path.Combine(directory, LogNames.Lock));
        var manifest = Manifest.Load(disk, directory, out _) ?? new ManifestDocument();
        var now = clock.GetUtcNow();
        var edits = FilesOf(disk, directory).Select(name => AcceptIn(disk, directory, name, EntryOf(manifest, name), now)).OfType<AcceptedEdit>().ToList();
        if (edits.Count == 0)
            return edits;

        // If we crash here a file has lines that fit and a hash that does not: running it again accepts the hash.
        Manifest.Save(disk, directory, manifest with
        {
            Segments = [.. manifest.Segments.Select(entry => Updated(disk, directory, entry, edits))],
            Accepted = [.. manifest.Accepted ?? [], .. edits],
        });
        return edits;
    }

    private static IEnumerable<string> FilesOf(IDisk disk, string directory) => disk.List(directory).Where(name => Array.Exists(
        LogNames.Streams, stream => name == LogNames.Active(stream) || LogNames.TryParseSealed(stream, name, out _)));

    private static SealedSegment? EntryOf(ManifestDocument manifest, string name) => manifest.Segments.FirstOrDefault(entry => entry.File == name);

    private static AcceptedEdit? AcceptIn(IDisk disk, string directory, string name, SealedSegment? listed, DateTimeOffset now)
    {
        var path = Path.Combine(directory, name);
        var edited = new EditedFile(disk, path);
        if (edited.Seqs.Count > 0)
            edited.Rewrite(directory, name);
        if (listed is null)
            return edited.Seqs.Count == 0 ? null : new AcceptedEdit(now, name, edited.Seqs, null, null);
        var hash = HashOf(disk, path);
        return hash == listed.Sha256 || !edited.HasSameNumbers(listed) ? null : new AcceptedEdit(now, name, edited.Seqs, listed.Sha256, hash);
    }

    private static SealedSegment Updated(IDisk disk, string directory, SealedSegment entry, List<AcceptedEdit> edits) =>
        edits.Find(edit => edit.File == entry.File) is { Sha256After: { } hash }
            ? entry with { Sha256 = hash, Bytes = disk.Stat(Path.Combine(directory, entry.File))!.Value.Length }
            : entry;

    private static string HashOf(IDisk disk, string path)
    {
        using var file = disk.Open(path, FileUse.Read);
        using var hash = new RunningHash();
        return hash.Finish(file, file.Stat().Length);
    }
}
