namespace PipelineMetrics.Log;

/// <summary>A finding that may explain numbers missing between two lines; <see cref="From"/> to <see cref="To"/> bounds them.</summary>
internal sealed class Suspect(LogDamage damage, long from, long to)
{
    public LogDamage Damage { get; private set; } = damage;

    public long From { get; } = from;

    public long To { get; set; } = to;

    /// <summary>Takes the blame for missing numbers if they lie where this damage could have swallowed them.</summary>
    public bool Explains(long first, long last)
    {
        if (first < From || last > To)
            return false;
        var known = Damage.FirstSeq != 0;
        Damage = Damage with
        {
            FirstSeq = known ? Math.Min(Damage.FirstSeq, first) : first,
            LastSeq = known ? Math.Max(Damage.LastSeq, last) : last,
        };
        return true;
    }

    /// <summary>Whether this damage could have swallowed some of these numbers.</summary>
    public bool Touches(long first, long last) => From <= last && To >= first;
}

/// <summary>
/// Collects damage. During replay a number missing from the merged count is first held against damaged bytes that may have carried
/// it; only what nothing explains is reported as missing lines.
/// </summary>
internal sealed class DamageBook(Quarantine? quarantine)
{
    private const int MostKept = 1000;
    private readonly List<Suspect> _suspects = [];
    private readonly List<LogDamage> _gaps = [];
    private LogDamage[] _damage = [];

    /// <summary>The first thousand findings; a new list after each change.</summary>
    public IReadOnlyList<LogDamage> Damage => _damage;

    public long Count { get; private set; }

    /// <summary>The numbers that are missing because they were archived.</summary>
    public ArchivedNumbers Archived { private get; set; } = ArchivedNumbers.None;

    /// <summary>Bytes that are no line, between the numbers <paramref name="after"/> and a next one not yet known.</summary>
    public Suspect AddBad(Segment segment, long offset, long bytes, string reason, long after)
    {
        var kept = quarantine?.Keep(segment, offset, bytes);
        var damage = new LogDamage(DamageKind.BadLine, segment.FileName, offset, bytes, 0, 0, reason, kept);
        return Suspect(damage, after + 1, long.MaxValue);
    }

    public void AddRepeated(Segment segment, long offset, long bytes, long seq, long previous)
    {
        var kept = quarantine?.Keep(segment, offset, bytes);
        var reason = $"number {seq} after number {previous}";
        Suspect(new LogDamage(DamageKind.RepeatedLine, segment.FileName, offset, bytes, seq, seq, reason, kept), 1, 0);
    }

    /// <summary>A sealed segment that is missing, changed or unreadable, with the numbers it was sealed with.</summary>
    public void AddSegment(DamageKind kind, SealedSegment listed, string reason) => Suspect(
        new LogDamage(kind, listed.File, 0, listed.Bytes, listed.FirstSeq, listed.LastSeq, reason, null), listed.FirstSeq, listed.LastSeq);

    /// <summary>Numbers <paramref name="first"/> to <paramref name="last"/> are in no file; the line after them is given.</summary>
    public void AddGap(Segment segment, long offset, long first, long last)
    {
        foreach (var (from, to) in Archived.TakeOut(first, last))
            _gaps.Add(Missing(segment.FileName, offset, from, to, $"no line has the numbers {from} to {to}"));
    }

    public void Add(LogDamage damage)
    {
        Count++;
        if (_damage.Length < MostKept)
            _damage = [.. _damage, damage];
    }

    /// <summary>Ends replay: holds the missing numbers against the suspects and publishes both.</summary>
    /// <returns>What was found.</returns>
    public IReadOnlyList<LogDamage> Resolve()
    {
        var unexplained = _gaps.Where(gap => !_suspects.Any(suspect => suspect.Explains(gap.FirstSeq, gap.LastSeq))).ToList();
        LogDamage[] found = [.. _suspects.Select(suspect => suspect.Damage), .. unexplained, .. LostAmongArchived()];
        Archived = ArchivedNumbers.None;
        Count += found.Length;
        _damage = [.. _damage.Concat(found).Take(MostKept)];
        _suspects.Clear();
        _gaps.Clear();
        return found;
    }

    private IEnumerable<LogDamage> LostAmongArchived()
    {
        var (first, last) = (Archived.First, Archived.Last);
        if (Archived.Lost == 0 || _suspects.Any(suspect => suspect.Touches(first, last)))
            return [];
        var reason = $"{Archived.Lost} of the numbers {first} to {last} are in no file and in no archive";
        return [Missing(LogNames.Manifest, 0, first, last, reason)];
    }

    private static LogDamage Missing(string file, long offset, long first, long last, string reason) =>
        new(DamageKind.MissingLines, file, offset, 0, first, last, reason, null);

    private Suspect Suspect(LogDamage damage, long from, long to)
    {
        var suspect = new Suspect(damage, from, to);
        _suspects.Add(suspect);
        return suspect;
    }
}
