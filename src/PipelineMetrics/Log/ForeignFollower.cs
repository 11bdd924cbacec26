namespace PipelineMetrics.Log;

/// <summary>Takes lines that other processes appended to an active file into the log: after this they are ours to keep.</summary>
internal sealed class ForeignFollower(DamageBook book)
{
    /// <summary>Adopts the complete lines between the written position and the end of the file; synced before they are shown.</summary>
    /// <param name="log">The stream, whose file has grown.</param>
    /// <param name="length">The length found.</param>
    /// <param name="mayWait">Whether a line without end is left until the next call.</param>
    /// <param name="nextSeq">The next number to give.</param>
    /// <param name="reader">Receives the good lines.</param>
    /// <returns>The next number to give; greater if somebody appended numbered lines.</returns>
    public long Adopt(StreamLog log, long length, bool mayWait, long nextSeq, LineReader reader)
    {
        if (!log.EndsInLineFeed(length))
        {
            var isNews = log.UnfinishedLength != length;
            log.UnfinishedLength = length;
            if (!(mayWait && isNews))
                log.FlushLineFeed(length++);
        }

        log.Sync(length - log.WrittenPosition);
        var scanner = new LineScanner(log.File.ReadAt, log.WrittenPosition, length);
        while (scanner.MoveNext() && scanner.IsTerminated)
        {
            nextSeq = Take(log.Active, scanner, nextSeq, reader);
            log.Advance(scanner.Bytes);
        }

        log.UnfinishedLength = log.WrittenPosition == length ? 0 : length;
        return nextSeq;
    }

    private long Take(Segment segment, LineScanner scanner, long nextSeq, LineReader reader)
    {
        var content = LineFormat.Content(scanner.Line);
        var verdict = scanner.IsOverlong ? new(LineKind.Bad, 0, "longer than any line may be") : LineFormat.Judge(content);
        switch (verdict.Kind)
        {
            case LineKind.Blank:
                segment.BlankLines++;
                return nextSeq;
            case LineKind.Bad:
                book.AddBad(segment, scanner.Offset, scanner.Bytes, verdict.Reason, nextSeq - 1);
                return nextSeq;
            case LineKind.Verified when verdict.Seq < nextSeq:
                book.AddRepeated(segment, scanner.Offset, scanner.Bytes, verdict.Seq, nextSeq - 1);
                return nextSeq;
        }

        if (verdict.Seq > nextSeq)
            book.AddGap(segment, scanner.Offset, nextSeq, verdict.Seq - 1);
        segment.Count(verdict.Seq, scanner.Offset);
        reader(new StoredLine(segment.PlaceAt(scanner.Offset), verdict.Seq, content));
        return Math.Max(nextSeq, verdict.Seq + 1);
    }
}
