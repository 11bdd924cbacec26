using System.CommandLine;

namespace PipelineMetrics.Cli;

/// <summary>The options that every verb takes.</summary>
internal static class CommonOptions
{
    public static readonly Option<string?> Url = new("--url")
    {
        Description = "The service to ask; PIPELINE_METRICS_URL, else http://localhost:5080",
        HelpName = "URL",
        Recursive = true,
    };

    public static readonly Option<string?> Log = new("--log")
    {
        Description = "A log directory to work on instead of a service; what only reads may run beside a service that writes it",
        HelpName = "DIR",
        Recursive = true,
    };

    public static readonly Option<string?> Config = new("--config")
    {
        Description = "Settings of the dashboard and of --log; PIPELINE_METRICS_CONFIG, else pipeline-metrics.yaml in the working directory",
        HelpName = "FILE",
        Recursive = true,
    };

    public static readonly Option<string?> ApiKey = new("--api-key")
    {
        Description = "The key of the service; better given as PIPELINE_METRICS_API_KEY, which other users of the machine do not see",
        HelpName = "KEY",
        Recursive = true,
    };

    public static readonly Option<double> Timeout = new("--timeout-seconds")
    {
        Description = "How long to wait for the first byte of an answer",
        HelpName = "N",
        DefaultValueFactory = _ => 30,
        CustomParser = result => NumberOption.Parse<double>(result, "must be more than 0 and at most 3600", n => n is > 0 and <= 3600) ?? 0,
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json") { Description = "The answer as JSON, as docs/api.md describes it", Recursive = true };

    public static readonly Option<bool> Verbose = new("--verbose", "-v") { Description = "More columns, and what is asked of whom", Recursive = true };

    public static readonly Option<bool> NoColor = new("--no-color") { Description = "No colours; NO_COLOR does the same", Recursive = true };

    public static void AddTo(Command root)
    {
        foreach (var option in (Option[])[Url, Log, Config, ApiKey, Timeout, Json, Verbose, NoColor]) root.Options.Add(option);
    }
}
