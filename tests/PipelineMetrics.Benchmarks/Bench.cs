using System.Diagnostics;

namespace PipelineMetrics.Benchmarks;

/// <summary>What all measurements share: the options, the records, the table, a directory that is gone afterwards.</summary>
internal sealed class Bench : IDisposable
{
    private readonly Stopwatch _since = Stopwatch.StartNew();
    private readonly Lazy<Peers> _peers;

    public Bench(Options options)
    {
        Options = options;
        Directory.CreateDirectory(options.Work);
        End = new DateTimeOffset(DateTime.UtcNow.Date, TimeSpan.Zero);
        _peers = new Lazy<Peers>(() => new Peers(this));
    }

    public Options Options { get; }

    public Table Table { get; } = new();

    public string WorkDirectory => Options.Work;

    /// <summary>The end of the records: the last midnight, so that nothing of them lies ahead of any clock.</summary>
    public DateTimeOffset End { get; }

    public Peers Peers => _peers.Value;

    public string NewDirectory(string name) => Directory.CreateDirectory(Path.Combine(WorkDirectory, $"{name}-{Guid.NewGuid():N}")).FullName;

    public SampleData Records(TimeSpan spread) => new(Options.Rows, End, spread);

    public void Say(string what) => Console.Error.WriteLine($"{_since.Elapsed:hh\\:mm\\:ss} {what}");

    /// <summary>Measures both in turn, so that what disturbs one disturbs the other.</summary>
    public async Task<Pair> InTurnAsync(string what, Func<Task<double>> ours, Func<Task<double>> theirs)
    {
        var rounds = new List<(double Ours, double Theirs)>();
        for (var round = 0; round < Options.Rounds; round++)
        {
            rounds.Add((await ours(), await theirs()));
            Say($"{what}: {rounds[^1].Ours:0.####} and {rounds[^1].Theirs:0.####}");
        }
        return new Pair(rounds);
    }

    public void Dispose()
    {
        if (_peers.IsValueCreated) _peers.Value.Dispose();
        Directory.Delete(WorkDirectory, recursive: true);
    }
}

/// <summary>Two things measured in turn.</summary>
internal sealed record Pair(IReadOnlyList<(double Ours, double Theirs)> Rounds)
{
    public double Ours => Median(Rounds.Select(r => r.Ours));

    public double Theirs => Median(Rounds.Select(r => r.Theirs));

    /// <summary>Ours over theirs, round by round.</summary>
    public Ratio Ratio => Of(r => r.Ours / r.Theirs);

    /// <summary>Theirs over ours: how many times faster we are, for times.</summary>
    public Ratio Faster => Of(r => r.Theirs / r.Ours);

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private Ratio Of(Func<(double Ours, double Theirs), double> of)
    {
        var ratios = Rounds.Select(of).ToList();
        return new Ratio(Median(ratios), ratios.Min(), ratios.Max());
    }
}

/// <summary>The median of the rounds, and how far they lie apart.</summary>
internal readonly record struct Ratio(double Median, double Least, double Most);
