namespace PipelineMetrics.Log;

/// <summary>One good line of the journal, valid only during the call that hands it over.</summary>
public readonly ref struct StoredLine
{
    internal StoredLine(LinePlace place, long seq, ReadOnlySpan<byte> json)
    {
        Place = place;
        Seq = seq;
        Json = json;
    }

    /// <summary>The stream it was read from.</summary>
    public LogStream Stream => Place.Stream;

    /// <summary>Where it begins.</summary>
    public LinePlace Place { get; }

    /// <summary>Its number in the count over both streams; 0 for a foreign line.</summary>
    public long Seq { get; }

    /// <summary>The JSON object without line end; of a verified line with its number and checksum.</summary>
    public ReadOnlySpan<byte> Json { get; }

    /// <summary>Whether number and checksum are there and right; false for a line somebody else wrote.</summary>
    public bool IsVerified => Seq != 0;
}

/// <summary>Receives the lines of the journal one by one, on the calling thread.</summary>
/// <param name="line">The line; copy what must outlive the call.</param>
public delegate void LineReader(in StoredLine line);

/// <summary>Receives lines until it has had enough.</summary>
/// <param name="line">The line; copy what must outlive the call.</param>
/// <returns>False to stop.</returns>
public delegate bool LineVisitor(in StoredLine line);
