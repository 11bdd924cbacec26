namespace PipelineMetrics.Aggregation;

/// <summary>
/// Divides the cells that a question is about into runs: cells of one run lie in the same group of every dimension asked for, so a
/// group is a union of runs and each row is looked at once however many dimensions there are.
/// </summary>
internal sealed class Partition
{
    public const int NotInQuestion = -1;
    private readonly IReadOnlyList<Dictionary<string, List<int>>> _runsOfValue;

    /// <param name="query">The question.</param>
    /// <param name="profiles">All profiles.</param>
    /// <param name="counts">Rows of each cell; cells without rows are left out.</param>
    public Partition(MetricsQuery query, Profile[] profiles, ReadOnlySpan<int> counts)
    {
        Runs = new int[counts.Length];
        for (var cell = 0; cell < counts.Length; cell++)
        {
            var kind = cell & (Kind.Count - 1);
            var isIn = counts[cell] > 0 && Passes(query, profiles[cell >> Kind.Bits], kind);
            // Cancelled attempts count in detail, and never in a percentile: they are runs of their own.
            Runs[cell] = !isIn ? NotInQuestion : kind == Kind.Cancelled ? 1 : 0;
        }
        Count = 2;
        Dimensions = [.. query.GroupBy.Distinct()];
        foreach (var dimension in Dimensions) Divide(dimension, profiles);
        _runsOfValue = [.. Dimensions.Select(dimension => RunsOf(dimension, profiles))];
    }

    /// <summary>One that is known already.</summary>
    /// <param name="dimensions">The dimensions asked for, each once.</param>
    /// <param name="runs">The run of each cell.</param>
    /// <param name="count">How many runs there are.</param>
    /// <param name="runsOfValue">For each dimension, the runs of each value.</param>
    public Partition(IReadOnlyList<Dimension> dimensions, int[] runs, int count, IReadOnlyList<Dictionary<string, List<int>>> runsOfValue)
    {
        (Dimensions, Runs, Count, _runsOfValue) = (dimensions, runs, count, runsOfValue);
    }

    /// <summary>The run of each cell.</summary>
    public int[] Runs { get; }

    /// <summary>How many runs there are.</summary>
    public int Count { get; private set; }

    /// <summary>The dimensions asked for, each once.</summary>
    public IReadOnlyList<Dimension> Dimensions { get; }

    /// <summary>The runs of each value of a dimension, by the place of the dimension in <see cref="Dimensions"/>.</summary>
    public IReadOnlyDictionary<string, List<int>> Values(int dimension) => _runsOfValue[dimension];

    private void Divide(Dimension dimension, Profile[] profiles)
    {
        var runs = new Dictionary<(int Run, string? Value), int>();
        for (var cell = 0; cell < Runs.Length; cell++)
        {
            if (Runs[cell] == NotInQuestion) continue;
            var key = (Runs[cell], Aggregation.Dimensions.ValueOf(dimension, profiles[cell >> Kind.Bits], cell & (Kind.Count - 1)));
            if (!runs.TryGetValue(key, out var run)) runs.Add(key, run = runs.Count);
            Runs[cell] = run;
        }
        Count = runs.Count;
    }

    private Dictionary<string, List<int>> RunsOf(Dimension dimension, Profile[] profiles)
    {
        var values = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        var known = new bool[Count];
        for (var cell = 0; cell < Runs.Length; cell++)
        {
            var run = Runs[cell];
            if (run == NotInQuestion || known[run]) continue;
            known[run] = true;
            if (Aggregation.Dimensions.ValueOf(dimension, profiles[cell >> Kind.Bits], cell & (Kind.Count - 1)) is not { } value) continue;
            if (!values.TryGetValue(value, out var runs)) values.Add(value, runs = []);
            runs.Add(run);
        }
        return values;
    }

    private static bool Passes(MetricsQuery query, Profile profile, int kind)
    {
        foreach (var filter in query.Filters)
        {
            if (Aggregation.Dimensions.ValueOf(filter.Dimension, profile, kind) is not { } value || !filter.Values.Contains(value, StringComparer.Ordinal))
                return false;
        }
        return true;
    }
}
