namespace PipelineMetrics.Log;

/// <summary>One line on its way into the journal.</summary>
public sealed class PendingLine
{
    /// <summary>Takes a line; the bytes are read at <see cref="Journal.Commit"/> and must not change before it returns.</summary>
    /// <param name="stream">The stream it belongs to.</param>
    /// <param name="body">One complete JSON object with at least one member, UTF-8, no line feed in it.</param>
    public PendingLine(LogStream stream, ReadOnlyMemory<byte> body)
    {
        if (!LineFormat.IsSealable(body.Span))
            throw new ArgumentException("A line is one JSON object {...} with at least one member and no line feed.", nameof(body));
        Stream = stream;
        Body = body;
    }

    /// <summary>The stream it belongs to.</summary>
    public LogStream Stream { get; }

    /// <summary>The JSON object as the caller gave it, without number and checksum.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Its number, once committed; 0 before, and after a commit that did not take it.</summary>
    public long Seq { get; internal set; }

    /// <summary>Its place, once committed.</summary>
    public LinePlace Place { get; internal set; }
}
