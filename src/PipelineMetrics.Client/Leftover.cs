namespace PipelineMetrics.Client;

/// <summary>A spool file that another process left behind: what it had not sent, in the order in which it took it.</summary>
internal sealed class Leftover : IBacklog, IDisposable
{
    private readonly SpoolFile _file;
    private readonly List<SpoolFrame> _frames;
    private int _settled;
    private int _filled;

    public Leftover(SpoolFile file)
    {
        _file = file;
        _frames = Search(file.Records);
    }

    public long Pending => _frames.Count - _settled;

    public void Fill(Batch batch)
    {
        for (_filled = _settled; _filled < _frames.Count; _filled++)
        {
            if (!batch.TryAdd(_frames[_filled].Line(_file.Records))) return;
        }
    }

    public void Settle()
    {
        for (; _settled < _filled; _settled++) _frames[_settled].Settle(_file.Records);
        // If we are killed before the file is gone, whoever takes it next finds nothing in it that waits.
        if (Pending == 0) _file.Delete();
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Every record that waits, in the order in which they were taken.</summary>
    public static List<SpoolFrame> Search(ReadOnlySpan<byte> records)
    {
        var found = new List<SpoolFrame>();
        for (var offset = 0; offset < records.Length;)
        {
            // Where no whole frame begins, the next one is looked for: damage costs what it hit, and nothing else.
            var isFrame = SpoolFrame.TryRead(records, offset, out var frame);
            if (isFrame && !frame.IsSettled) found.Add(frame);
            offset = isFrame ? frame.End : offset + SpoolFrame.Step;
        }
        found.Sort((one, other) => one.Number.CompareTo(other.Number));
        return found;
    }
}
