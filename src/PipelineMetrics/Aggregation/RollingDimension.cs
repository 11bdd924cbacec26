namespace PipelineMetrics.Aggregation;

/// <summary>The groups of a dimension in the rolling window.</summary>
internal sealed class RollingDimension(Dimension dimension)
{
    private const int NoValue = -1;
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<(string Value, RollingGroup Group)> _groups = [];
    private int[] _ofCombination = [];

    public Dimension Dimension => dimension;

    /// <summary>How many values were ever in the window since the start.</summary>
    public int Count => _groups.Count;

    /// <summary>The number of a value; negative when there is none.</summary>
    public int NumberOf(string? value)
    {
        if (value is null) return NoValue;
        if (_numbers.TryGetValue(value, out var number)) return number;
        _numbers.Add(value, number = _groups.Count);
        _groups.Add((value, new RollingGroup()));
        return number;
    }

    /// <summary>Notes which value a new combination has.</summary>
    public void Add(int combination, int number)
    {
        if (combination >= _ofCombination.Length) Array.Resize(ref _ofCombination, Math.Max(16, combination * 2));
        _ofCombination[combination] = number;
    }

    public RollingGroup? GroupOf(int combination) => _ofCombination[combination] is >= 0 and var number ? _groups[number].Group : null;

    public void Clear() => _groups.ForEach(g => g.Group.Clear());

    public GroupTable ToTable(MetricsQuery query, DurationBuckets durations)
    {
        var values = new List<(string Value, long Rows, int Number)>(_groups.Count);
        for (var number = 0; number < _groups.Count; number++)
        {
            if (_groups[number].Group.Rows > 0) values.Add((_groups[number].Value, _groups[number].Group.Rows, number));
        }
        var (groups, folded) = GroupTable.Choose(values, query.MaxGroups);
        return new GroupTable([.. groups.Select(g => KeyValuePair.Create(g.Key, FiguresOf(g.Parts, query, durations)))], folded);
    }

    private GroupFigures FiguresOf(List<int> numbers, MetricsQuery query, DurationBuckets durations)
    {
        if (numbers.Count > 1) return RollingGroup.Together(numbers.ConvertAll(n => _groups[n].Group));
        var group = _groups[numbers[0]].Group;
        return group.ToFigures(query.GroupPercentiles ? rank => AtRank(numbers[0], rank, durations) : null);
    }

    private uint AtRank(int number, int rank, DurationBuckets durations)
    {
        var (ms, bucket, inBucket) = _groups[number].Group.Ranks.At(rank);
        return bucket < 0 ? ms : durations.AtRank(bucket, inBucket, _ofCombination, number);
    }
}

/// <summary>Which values occur together in the dimensions of the rolling window, numbered.</summary>
internal sealed class Combinations
{
    private readonly Dictionary<(int, int, int), int> _numbers = [];

    // The combination of each profile plus one; 0 is not known yet.
    private int[] _ofProfile = [];

    public int Of(int profile, ProfileList profiles, RollingDimension[] dimensions)
    {
        if (profile >= _ofProfile.Length) Array.Resize(ref _ofProfile, profiles.Snapshot.Length);
        if (_ofProfile[profile] == 0) _ofProfile[profile] = Number(profiles.Snapshot[profile], dimensions) + 1;
        return _ofProfile[profile] - 1;
    }

    private int Number(Profile profile, RollingDimension[] dimensions)
    {
        var values = Array.ConvertAll(dimensions, d => d.NumberOf(profile[d.Dimension]));
        if (_numbers.TryGetValue((values[0], values[1], values[2]), out var number)) return number;
        _numbers.Add((values[0], values[1], values[2]), number = _numbers.Count);
        for (var i = 0; i < dimensions.Length; i++) dimensions[i].Add(number, values[i]);
        return number;
    }
}
