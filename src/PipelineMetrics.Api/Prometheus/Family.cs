using System.Globalization;

namespace PipelineMetrics.Api.Prometheus;

/// <summary>What the samples of a family mean to Prometheus.</summary>
internal enum FamilyType
{
    /// <summary>Only grows, but for a restart.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Observations in steps.</summary>
    Histogram,

    /// <summary>Always 1; its labels say something.</summary>
    Info,
}

/// <summary>One line of the exposition.</summary>
/// <param name="Suffix">What follows the name of the family.</param>
/// <param name="Labels">The values of the labels of the family.</param>
/// <param name="UpperBound">The bound of a step of a histogram; null for other lines.</param>
/// <param name="Value">The number.</param>
internal readonly record struct Sample(string Suffix, IReadOnlyList<string> Labels, string? UpperBound, string Value);

/// <summary>A metric family: a name, what it means, and its samples.</summary>
/// <param name="name">Its name without the suffix that its type brings.</param>
/// <param name="type">Its type.</param>
/// <param name="help">What it means, in one sentence.</param>
/// <param name="labels">The names of its labels.</param>
internal sealed class Family(string name, FamilyType type, string help, params IReadOnlyList<string> labels)
{
    private readonly List<Sample> _samples = [];

    public string Name => name;

    public FamilyType Type => type;

    public string Help => help;

    public IReadOnlyList<string> Labels => labels;

    public IReadOnlyList<Sample> Samples => _samples;

    /// <summary>What its type adds to the name of a sample.</summary>
    public string Suffix => type switch
    {
        FamilyType.Counter => "_total",
        FamilyType.Info => "_info",
        _ => "",
    };

    public Family Add(decimal value, params IReadOnlyList<string> values)
    {
        _samples.Add(new Sample(Suffix, values, null, Text(value)));
        return this;
    }

    /// <param name="bounds">The upper bounds, inclusive.</param>
    /// <param name="counts">How many lie in each step; the last is beyond the last bound.</param>
    /// <param name="sum">The sum of all.</param>
    /// <param name="values">The values of the labels.</param>
    public void AddHistogram(IReadOnlyList<string> bounds, IReadOnlyList<long> counts, decimal sum, params IReadOnlyList<string> values)
    {
        var count = 0m;
        for (var i = 0; i < counts.Count; i++)
        {
            count += counts[i];
            _samples.Add(new Sample("_bucket", values, i < bounds.Count ? bounds[i] : "+Inf", Text(count)));
        }
        _samples.Add(new Sample("_sum", values, null, Text(sum)));
        _samples.Add(new Sample("_count", values, null, Text(count)));
    }

    private static string Text(decimal value) => value.ToString("0.#########", CultureInfo.InvariantCulture);
}
