using System.CommandLine;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>Asking again and again.</summary>
internal sealed class WatchOptions
{
    public const double ShortestSeconds = 0.2;
    public const double LongestSeconds = 3600;

    private readonly Option<bool> _watch = new("--watch", "-w") { Description = "Ask again and again, until Ctrl-C or q" };

    private readonly Option<double?> _interval = new("--interval-seconds")
    {
        Description = FormattableString.Invariant($"How often with --watch, {ShortestSeconds} to {LongestSeconds}; default 5"),
        HelpName = "N",
        CustomParser = result => NumberOption.Parse<double>(
            result, FormattableString.Invariant($"must be {ShortestSeconds} to {LongestSeconds}"), n => n is >= ShortestSeconds and <= LongestSeconds),
    };

    public WatchOptions(Command verb)
    {
        verb.Options.Add(_watch);
        verb.Options.Add(_interval);
    }

    /// <summary>How often to ask; null for once.</summary>
    public TimeSpan? IntervalOf(ParseResult given, WatchDefaults otherwise) => !otherwise.Always && !given.GetValue(_watch) ? null
        : given.GetValue(_interval) is { } seconds ? TimeSpan.FromSeconds(seconds) : otherwise.Every;
}

/// <summary>What holds when nothing is said.</summary>
/// <param name="Always">Whether it is watched without being told to.</param>
/// <param name="Every">How often.</param>
internal sealed record WatchDefaults(bool Always, TimeSpan Every)
{
    public static readonly WatchDefaults Usual = new(false, TimeSpan.FromSeconds(5));
}
