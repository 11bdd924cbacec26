using PipelineMetrics.Events;

namespace PipelineMetrics.Aggregation;

/// <summary>
/// The values of a completion in all dimensions but how it ended. Real completions share few combinations, so a row holds the number
/// of its profile, and filters and group keys are worked out once per profile.
/// </summary>
internal sealed class Profile(byte[] key, ulong hash, string?[] values)
{
    /// <summary>The bytes of the line that hold the values; equal bytes are equal values.</summary>
    public byte[] Key => key;

    public ulong Hash => hash;

    public string? this[Dimension dimension] => values[(int)dimension];
}

/// <summary>All profiles by number. One writer adds; readers use the list they took.</summary>
internal sealed class ProfileList
{
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly KeyHash _hash = new();
    private byte[] _key = new byte[4096];
    private Profile[] _profiles = new Profile[64];

    // Open addressing: the number of a profile plus one, 0 is free.
    private int[] _slots = new int[256];

    /// <summary>A list that holds at least the profiles of all rows published before the call.</summary>
    public Profile[] Snapshot => Volatile.Read(ref _profiles);

    public int Count { get; private set; }

    /// <summary>The number of a line's profile; a new one when its values have not occurred together before.</summary>
    public int NumberOf(in CompletionLine line)
    {
        var key = KeyOf(line);
        var hash = _hash.Of(key);
        var slot = (int)hash & (_slots.Length - 1);
        for (; _slots[slot] != 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            var known = _profiles[_slots[slot] - 1];
            if (known.Hash == hash && known.Key.AsSpan().SequenceEqual(key)) return _slots[slot] - 1;
        }
        return Add(new Profile(key.ToArray(), hash, Dimensions.ValuesOf(line, Shared)), slot);
    }

    // The bytes themselves: comparing them is ten times cheaper than making their texts, and the texts are needed once per profile.
    private ReadOnlySpan<byte> KeyOf(in CompletionLine line)
    {
        var length = 0;
        foreach (var (first, last) in Dimensions.Stretches)
        {
            var stretch = line.Stretch(first, last);
            if (stretch.IsEmpty) continue;
            if (length + stretch.Length > _key.Length) Array.Resize(ref _key, (length + stretch.Length) * 2);
            stretch.CopyTo(_key.AsSpan(length));
            length += stretch.Length;
        }
        return _key.AsSpan(0, length);
    }

    private int Add(Profile profile, int slot)
    {
        var number = Count;
        if (number == _profiles.Length)
        {
            var longer = new Profile[number * 2];
            _profiles.CopyTo(longer, 0);
            Volatile.Write(ref _profiles, longer);
        }
        _profiles[number] = profile;
        _slots[slot] = ++Count;
        if (Count > _slots.Length / 2) GrowSlots();
        return number;
    }

    private void GrowSlots()
    {
        _slots = new int[_slots.Length * 2];
        for (var number = 0; number < Count; number++)
        {
            var slot = (int)_profiles[number].Hash & (_slots.Length - 1);
            while (_slots[slot] != 0) slot = (slot + 1) & (_slots.Length - 1);
            _slots[slot] = number + 1;
        }
    }

    // One copy of each text, however many profiles hold it.
    private string? Shared(string? text)
    {
        if (text is null || _texts.TryAdd(text, text)) return text;
        return _texts[text];
    }
}
