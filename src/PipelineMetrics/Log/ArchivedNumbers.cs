namespace PipelineMetrics.Log;

/// <summary>
/// The numbers that left with archived segments. Which of them the archives hold is known only by reading them; but between which they
/// lie and how many they are is listed, so a start tells a number that is archived from one that is lost without unpacking anything.
/// </summary>
internal sealed class ArchivedNumbers
{
    private readonly List<(long First, long Last)> _spans = [];
    private readonly long _listed;
    private long _missing;

    public ArchivedNumbers(IEnumerable<ArchivedSegment> archived)
    {
        foreach (var entry in archived.Where(entry => entry.NumberedLines > 0).OrderBy(entry => entry.Segment.FirstSeq))
        {
            _listed += entry.NumberedLines;
            if (_spans.Count > 0 && entry.Segment.FirstSeq <= _spans[^1].Last + 1)
                _spans[^1] = (_spans[^1].First, Math.Max(_spans[^1].Last, entry.Segment.LastSeq));
            else
                _spans.Add((entry.Segment.FirstSeq, entry.Segment.LastSeq));
        }
    }

    /// <summary>No number left.</summary>
    public static ArchivedNumbers None => new([]);

    /// <summary>How many numbers between those of archived segments are in no kept file and in no archive.</summary>
    public long Lost => Math.Max(0, _missing - _listed);

    /// <summary>The first number that left.</summary>
    public long First => _spans.Count == 0 ? 0 : _spans[0].First;

    /// <summary>The last number that left.</summary>
    public long Last => _spans.Count == 0 ? 0 : _spans[^1].Last;

    /// <summary>Counts what is missing among the archived numbers.</summary>
    /// <returns>The parts of the gap that no archive can explain.</returns>
    public IReadOnlyList<(long First, long Last)> TakeOut(long first, long last)
    {
        var rest = new List<(long First, long Last)>();
        foreach (var span in _spans.Where(span => span.Last >= first && span.First <= last))
        {
            if (span.First > first)
                rest.Add((first, span.First - 1));
            _missing += Math.Min(span.Last, last) - Math.Max(span.First, first) + 1;
            first = span.Last + 1;
        }

        if (first <= last)
            rest.Add((first, last));
        return rest;
    }
}
