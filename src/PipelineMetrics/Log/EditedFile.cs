using System.Text.Json;

namespace PipelineMetrics.Log;

/// <summary>One file with the edited lines in it.</summary>
internal sealed class EditedFile
{
    private const int WriteBytes = 1 << 20;
    private readonly IDisk _disk;
    private readonly string _path;
    private readonly List<long> _seqs = [];
    private long _first;
    private long _last;
    private long _lines;
    private bool _hasBadLines;

    public EditedFile(IDisk disk, string path)
    {
        (_disk, _path) = (disk, path);
        Walk(Look);
    }

    /// <summary>The numbers of the lines that were edited.</summary>
    public IReadOnlyList<long> Seqs => _seqs;

    /// <summary>Whether nothing is missing from what was sealed, and nothing is broken.</summary>
    public bool HasSameNumbers(SealedSegment listed) =>
        !_hasBadLines && (_first, _last, _lines) == (listed.FirstSeq, listed.LastSeq, listed.Lines);

    /// <summary>Puts a file with new checksums in place of this one, durably; a crash leaves one or the other.</summary>
    public void Rewrite(string directory, string name)
    {
        var temporary = _path + LogNames.TemporarySuffix;
        using (var target = _disk.Open(temporary, FileUse.Replace))
        {
            var (buffer, offset) = (new MemoryStream(), 0L);
            Walk((line, isTerminated) =>
            {
                Write(buffer, line, isTerminated);
                if (buffer.Length >= WriteBytes)
                    offset = Flush(target, buffer, offset);
            });
            Flush(target, buffer, offset);
            target.Sync();
        }

        // If we crash here the edited file is untouched, and the temporary one is replaced the next time.
        _disk.Rename(temporary, Path.Combine(directory, name));
        _disk.SyncDirectory(directory);
    }

    private static long Flush(ILogFile target, MemoryStream buffer, long offset)
    {
        target.WriteAt(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), offset);
        offset += buffer.Length;
        buffer.SetLength(0);
        return offset;
    }

    private void Look(ReadOnlySpan<byte> line, bool isTerminated)
    {
        var verdict = LineFormat.Judge(LineFormat.Content(line));
        if (verdict.Kind == LineKind.Blank)
            return;
        var seq = verdict.Seq;
        if (IsEdited(line, isTerminated, out var edited))
            _seqs.Add(seq = edited);
        else
            _hasBadLines |= verdict.Kind == LineKind.Bad;
        _lines++;
        _first = _first == 0 ? seq : _first;
        _last = seq == 0 ? _last : seq;
    }

    /// <summary>Whether only the checksum is wrong. A line without end was never acknowledged, and is no edit.</summary>
    private static bool IsEdited(ReadOnlySpan<byte> line, bool isTerminated, out long seq)
    {
        var content = LineFormat.Content(line);
        seq = 0;
        return isTerminated && LineFormat.Judge(content).Kind == LineKind.Bad && LineFormat.TryReadBroken(content, out seq) && IsObject(content);
    }

    private static bool IsObject(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Write(MemoryStream target, ReadOnlySpan<byte> line, bool isTerminated)
    {
        if (!IsEdited(line, isTerminated, out var seq))
        {
            target.Write(line);
            target.Write(isTerminated ? "\n"u8 : default);
            return;
        }

        byte[] body = [.. LineFormat.BodyOf(LineFormat.Content(line)), (byte)'}'];
        var whole = new byte[body.Length + LineFormat.SealBytes];
        target.Write(whole.AsSpan(0, LineFormat.Seal(body, seq, whole)));
    }

    private void Walk(LineWalker visit)
    {
        using var file = _disk.Open(_path, FileUse.Read);
        var lines = new LineScanner(file.ReadAt, 0, file.Stat().Length);
        while (lines.MoveNext())
        {
            if (lines.IsOverlong)
                throw new DiskException(DiskFault.Other, "accept edits of", _path, $"the line at byte {lines.Offset} is longer than any line may be");
            visit(lines.Line, lines.IsTerminated);
        }
    }

    private delegate void LineWalker(ReadOnlySpan<byte> line, bool isTerminated);
}
