namespace PipelineMetrics.Aggregation;

/// <summary>
/// The values of all dimensions of a completion. Real completions share few combinations, so a row holds the number of its profile,
/// and filters and group keys are worked out once per profile.
/// </summary>
internal sealed class Profile(string?[] values) : IEquatable<Profile>
{
    private readonly int _hash = Hash(values);

    public string? this[Dimension dimension] => values[(int)dimension];

    public bool Equals(Profile? other) => other is not null && _hash == other._hash && values.AsSpan().SequenceEqual(other.Values);

    public override bool Equals(object? obj) => Equals(obj as Profile);

    public override int GetHashCode() => _hash;

    private ReadOnlySpan<string?> Values => values;

    private static int Hash(string?[] values)
    {
        var hash = new HashCode();
        foreach (var value in values) hash.Add(value, StringComparer.Ordinal);
        return hash.ToHashCode();
    }
}

/// <summary>All profiles by number. One writer adds; readers use the list they took.</summary>
internal sealed class ProfileList
{
    private readonly Dictionary<Profile, int> _numbers = [];
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private Profile[] _profiles = new Profile[64];

    /// <summary>A list that holds at least the profiles of all rows published before the call.</summary>
    public Profile[] Snapshot => Volatile.Read(ref _profiles);

    public int Count => _numbers.Count;

    public int NumberOf(string?[] values)
    {
        var profile = new Profile(values);
        if (_numbers.TryGetValue(profile, out var number)) return number;
        for (var i = 0; i < values.Length; i++) values[i] = Shared(values[i]);
        number = _numbers.Count;
        if (number == _profiles.Length)
        {
            var longer = new Profile[number * 2];
            _profiles.CopyTo(longer, 0);
            Volatile.Write(ref _profiles, longer);
        }
        _profiles[number] = profile;
        _numbers.Add(profile, number);
        return number;
    }

    // One copy of each text, however many profiles hold it.
    private string? Shared(string? text)
    {
        if (text is null || _texts.TryAdd(text, text)) return text;
        return _texts[text];
    }
}
