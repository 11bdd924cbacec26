namespace PipelineMetrics.Aggregation;

/// <summary>Gathers the rows of one question: each goes to the whole and to its group in every dimension asked for.</summary>
internal sealed class Scan
{
    private readonly MetricsQuery _query;
    private readonly Profile[] _profiles;
    private readonly Verdict[] _passes;
    private readonly GroupScan[] _groups;
    private readonly Tally _overall = new();

    public Scan(MetricsQuery query, Profile[] profiles)
    {
        _query = query;
        _profiles = profiles;
        _passes = new Verdict[profiles.Length];
        _groups = [.. query.GroupBy.Select(dimension => new GroupScan(dimension, profiles))];
    }

    private enum Verdict : byte { NotJudged, Passes, Fails }

    public void Add(Block block, int row)
    {
        var profile = block.Profiles[row];
        if (_passes[profile] == Verdict.NotJudged) _passes[profile] = Passes(_profiles[profile]) ? Verdict.Passes : Verdict.Fails;
        if (_passes[profile] == Verdict.Fails) return;
        _overall.Add(block, row);
        foreach (var group in _groups) group.TallyOf(profile)?.Add(block, row);
    }

    public MetricsResult Result(DateTimeOffset? from, DateTimeOffset? to) =>
        new(from, to, _overall.ToFigures(_query.Detail), _groups.ToDictionary(g => g.Dimension, g => g.ToTable(_query.MaxGroups, _query.Detail)));

    private bool Passes(Profile profile)
    {
        foreach (var filter in _query.Filters)
        {
            if (profile[filter.Dimension] is not { } value || !filter.Values.Contains(value, StringComparer.Ordinal)) return false;
        }
        return true;
    }
}

/// <summary>The groups of one dimension while rows come in.</summary>
internal sealed class GroupScan(Dimension dimension, Profile[] profiles)
{
    private readonly Dictionary<string, Tally> _byValue = new(StringComparer.Ordinal);
    private readonly Tally?[] _byProfile = new Tally?[profiles.Length];
    private readonly bool[] _known = new bool[profiles.Length];

    public Dimension Dimension => dimension;

    /// <summary>The tally of a profile's group; null when the profile has no value in this dimension.</summary>
    public Tally? TallyOf(int profile)
    {
        if (_known[profile]) return _byProfile[profile];
        _known[profile] = true;
        if (profiles[profile][dimension] is not { } value) return null;
        if (!_byValue.TryGetValue(value, out var tally)) _byValue.Add(value, tally = new Tally());
        return _byProfile[profile] = tally;
    }

    /// <summary>The values with most rows, and the rest summed exactly under one key.</summary>
    public GroupTable ToTable(int maxGroups, bool detail)
    {
        var ordered = _byValue.OrderByDescending(g => g.Value.Rows).ThenBy(g => g.Key, StringComparer.Ordinal).ToList();
        var groups = ordered.Take(maxGroups).Select(g => KeyValuePair.Create(Shown(g.Key), g.Value.ToFigures(detail))).ToList();
        var folded = Math.Max(0, ordered.Count - maxGroups);
        if (folded > 0) groups.Add(KeyValuePair.Create(GroupTable.Other, Tally.Of(ordered.Skip(maxGroups).Select(g => g.Value)).ToFigures(detail)));
        return new GroupTable([.. groups.OrderBy(g => g.Key, StringComparer.Ordinal)], folded);
    }

    // No real value can look like the key of the rest.
    private static string Shown(string value) => value.StartsWith('(') ? "(" + value : value;
}
