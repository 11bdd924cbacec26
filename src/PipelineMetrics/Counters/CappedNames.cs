namespace PipelineMetrics.Counters;

/// <summary>
/// Numbers the names of a label as they occur first. All beyond the first few are one: whoever invents names all the time must not make a
/// time series of each. As the order is that of the log, a restart comes to the same numbers.
/// </summary>
public sealed class CappedNames
{
    /// <summary>So many names have a series of their own.</summary>
    public const int Most = 20;

    /// <summary>The name of all others.</summary>
    public const string Other = "other";

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    internal IReadOnlyList<string> Names => _names;

    internal string NameOf(int number) => number < Most ? _names[number] : Other;

    /// <summary>The number of a name; <see cref="Most"/> for all others.</summary>
    internal int NumberOf(string name)
    {
        if (_numbers.TryGetValue(name, out var known)) return known;
        if (name == Other || _names.Count == Most) return Most;
        _names.Add(name);
        return _numbers[name] = _names.Count - 1;
    }
}
