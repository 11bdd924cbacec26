using System.Globalization;

namespace PipelineMetrics.Counters;

/// <summary>Counters as numbers with names, the form in which <c>journal.json</c> keeps what has left the log.</summary>
internal static class SavedCounters
{
    // counter.<counter>.<label values by number>.<index> = the number; counter_name.<label>.<name> = the number of the name.
    private const string Number = "counter.";
    private const string Name = "counter_name.";
    private static readonly CounterLabel[] Capped = [CounterLabel.Type, CounterLabel.Model, CounterLabel.Harness];

    /// <summary>Writes everything that the counters hold.</summary>
    public static void Save(AttemptCounters counters, IDictionary<string, long> sums)
    {
        foreach (var label in Capped)
        {
            var names = counters.NamesOf(label).Names;
            for (var i = 0; i < names.Count; i++) sums[$"{Name}{label}.{names[i]}"] = i;
        }
        foreach (var counter in Enum.GetValues<AttemptCounter>())
        {
            foreach (var (key, values) in counters.Table(counter).Series)
            {
                for (var i = 0; i < values.Length; i++) sums[$"{Number}{counter}.{key.First}.{key.Second}.{key.Third}.{i}"] = values[i];
            }
        }
    }

    /// <summary>Counters that go on from what was saved; what makes no sense is passed over.</summary>
    public static AttemptCounters Load(IReadOnlyDictionary<string, long> sums)
    {
        var counters = new AttemptCounters();
        foreach (var label in Capped)
        {
            var prefix = $"{Name}{label}.";
            foreach (var sum in sums.Where(s => s.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(s => s.Value))
                counters.NamesOf(label).NumberOf(sum.Key[prefix.Length..]);
        }
        foreach (var (name, value) in sums.Where(s => s.Key.StartsWith(Number, StringComparison.Ordinal))) Restore(counters, name, value);
        return counters;
    }

    private static void Restore(AttemptCounters counters, string name, long value)
    {
        var parts = name.Split('.');
        if (parts.Length != 6 || !Enum.TryParse<AttemptCounter>(parts[1], out var counter) || !Enum.IsDefined(counter)) return;
        var numbers = new int[4];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!int.TryParse(parts[i + 2], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i])) return;
        }
        var key = new SeriesKey(numbers[0], numbers[1], numbers[2]);
        var labels = AttemptCounters.LabelsOf(counter);
        // A hand may have been at it: a series without a name could not be shown.
        for (var i = 0; i < labels.Count; i++)
        {
            if (!counters.Knows(labels[i], key[i])) return;
        }
        counters.Table(counter).Restore(key, numbers[3], value);
    }
}
