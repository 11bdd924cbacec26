using System.Diagnostics;

namespace PipelineMetrics.EndToEnd.Processes;

/// <summary>How a service is started: the built program, a free port, settings on the command line, nothing inherited.</summary>
internal sealed record ServiceStart(TestFolder Folder)
{
    private static readonly string[] InheritedSettings = ["PIPELINE_METRICS_", "ASPNETCORE_", "DOTNET_ENVIRONMENT"];

    /// <summary>Development or Production.</summary>
    public string Environment { get; init; } = "Production";

    /// <summary>Where the log is; null leaves it to the service's default, under its working directory.</summary>
    public string? LogDirectory { get; init; } = Folder.Log;

    /// <summary>Further settings, such as <c>log:segment_bytes</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>A command that is given the service's command line to run, word by word.</summary>
    public IReadOnlyList<string> Under { get; init; } = [];

    /// <summary>Further environment variables.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>The smallest files there are, so that sealing happens often.</summary>
    public ServiceStart WithSmallFiles() => this with { Settings = new Dictionary<string, string>(Settings) { ["log:segment_bytes"] = "65536" } };

    public ProcessStartInfo ToStartInfo()
    {
        string[] words = [.. Under, "dotnet", typeof(Program).Assembly.Location, "--urls", "http://127.0.0.1:0", .. Arguments()];
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder.FullPath,
        };
        // The tests' own surroundings must not change what is tested.
        foreach (var name in start.Environment.Keys.Where(IsSetting).ToList()) start.Environment.Remove(name);
        start.Environment["ASPNETCORE_ENVIRONMENT"] = Environment;
        foreach (var (name, value) in Variables) start.Environment[name] = value;
        return start;
    }

    private IEnumerable<string> Arguments()
    {
        if (LogDirectory is { } directory) yield return $"--log:directory={directory}";
        foreach (var (key, value) in Settings) yield return $"--{key}={value}";
    }

    private static bool IsSetting(string name) =>
        InheritedSettings.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
