using System.CommandLine;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>Asking again and again.</summary>
internal sealed class WatchOptions
{
    private const double ShortestSeconds = 0.2;
    private const double LongestSeconds = 3600;

    private readonly Option<bool> _watch = new("--watch", "-w") { Description = "Ask again and again until Ctrl-C" };

    private readonly Option<double> _interval = new("--interval-seconds")
    {
        Description = "How often with --watch",
        HelpName = "N",
        DefaultValueFactory = _ => 5,
    };

    public WatchOptions(Command verb)
    {
        _interval.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= ShortestSeconds and <= LongestSeconds))
                result.AddError($"--interval-seconds: must be {ShortestSeconds} to {LongestSeconds}");
        });
        verb.Options.Add(_watch);
        verb.Options.Add(_interval);
    }

    /// <summary>How often to ask; null for once.</summary>
    public TimeSpan? IntervalOf(ParseResult given) => given.GetValue(_watch) ? TimeSpan.FromSeconds(given.GetValue(_interval)) : null;
}
