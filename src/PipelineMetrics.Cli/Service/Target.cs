using System.CommandLine;

namespace PipelineMetrics.Cli.Service;

/// <summary>Where answers come from: a service at an address, or a log directory.</summary>
/// <param name="Url">The service; null for a directory.</param>
/// <param name="Log">The directory; null for a service.</param>
/// <param name="Config">The settings that go with a directory; null for those of the working directory.</param>
/// <param name="ApiKey">What opens the service.</param>
/// <param name="Patience">How long to wait for an answer to begin.</param>
internal sealed record Target(Uri? Url, string? Log, string? Config, string? ApiKey, TimeSpan Patience)
{
    private const string Default = "http://localhost:5080";

    /// <exception cref="CliException">The address is none, or both were given.</exception>
    public static Target Of(ParseResult given, Shell shell)
    {
        var (url, log) = (given.GetValue(CommonOptions.Url), given.GetValue(CommonOptions.Log));
        if (url is not null && log is not null) throw new CliException(ExitCodes.Usage, "--url and --log: give one of them");
        var key = given.GetValue(CommonOptions.ApiKey) ?? shell.Variable("PIPELINE_METRICS_API_KEY");
        var patience = TimeSpan.FromSeconds(given.GetValue(CommonOptions.Timeout));
        return log is not null
            ? new Target(null, Path.GetFullPath(log), ConfigOf(given, shell), null, patience)
            : new Target(Address(url, shell), null, null, key, patience);
    }

    /// <summary>The file of settings that was named; null when none was.</summary>
    public static string? ConfigOf(ParseResult given, Shell shell) => given.GetValue(CommonOptions.Config) ?? shell.Variable("PIPELINE_METRICS_CONFIG");

    /// <summary>With `--verbose`, says who is asked.</summary>
    public void Announce(ParseResult given, Shell shell)
    {
        if (given.GetValue(CommonOptions.Verbose)) shell.Error.WriteLine($"asking {Log ?? Url!.ToString()}");
    }

    private static Uri Address(string? url, Shell shell)
    {
        var (text, from) = url is not null ? (url, "--url")
            : shell.Variable("PIPELINE_METRICS_URL") is { } variable ? (variable, "PIPELINE_METRICS_URL") : (Default, "");
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Query.Length == 0)
            return text.EndsWith('/') ? address : new Uri(text + "/");
        throw new CliException(ExitCodes.Usage, $"{from}: '{text}' is no address of a service, such as {Default}");
    }
}
