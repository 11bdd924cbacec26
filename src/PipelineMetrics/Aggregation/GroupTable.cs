namespace PipelineMetrics.Aggregation;

/// <summary>The groups of a dimension.</summary>
/// <param name="Groups">By value, ordinal order. Completions without a value are in none.</param>
/// <param name="Folded">How many values are summed under <see cref="Other"/>; 0 when all are told apart.</param>
public sealed record GroupTable(IReadOnlyList<KeyValuePair<string, GroupFigures>> Groups, int Folded)
{
    /// <summary>The key of the group that sums what is not told apart. A real value that starts with a bracket is shown with two.</summary>
    public const string Other = "(other)";

    /// <summary>The values with most completions, and the rest together under one key, by the key that is shown.</summary>
    /// <param name="values">All values with how many completions each has.</param>
    /// <param name="maxGroups">How many values are told apart.</param>
    internal static (List<(string Key, List<T> Parts)> Groups, int Folded) Choose<T>(List<(string Value, long Rows, T Part)> values, int maxGroups)
    {
        var folded = Math.Max(0, values.Count - maxGroups);
        if (folded > 0) values.Sort((a, b) => a.Rows != b.Rows ? b.Rows.CompareTo(a.Rows) : string.CompareOrdinal(a.Value, b.Value));
        var groups = new List<(string Key, List<T> Parts)>(values.Count - folded + 1);
        foreach (var (value, _, part) in values.Take(maxGroups)) groups.Add((Shown(value), [part]));
        if (folded > 0) groups.Add((Other, [.. values.Skip(maxGroups).Select(g => g.Part)]));
        groups.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        return (groups, folded);
    }

    // No real value can look like the key of the rest.
    private static string Shown(string value) => value.StartsWith('(') ? "(" + value : value;
}
