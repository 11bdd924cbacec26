using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace PipelineMetrics.Benchmarks;

/// <summary>Load by wrk, on one thread: it shares the processor with what it measures.</summary>
internal sealed partial class Wrk(string workDirectory)
{
    public const string Completions = "api/agent/tasks/completions";
    public const string Metrics = "api/agent/metrics";
    private const string Post =
        """
        wrk.method = "POST"
        wrk.headers["Content-Type"] = "application/json"
        local n = 0
        request = function()
          n = n + 1
          return wrk.format(nil, nil, nil, string.format(
            '{"task_id":"task-%09d","task_type":"impl","model":"claude-sonnet-4-5","duration_seconds":73.512,"status":"completed"}', n))
        end
        """;

    public static bool IsInstalled { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(directory => File.Exists(Path.Combine(directory, "wrk")));

    public Task<Load> PostAsync(Server server, int connections, int seconds) => RunAsync(server, Completions, connections, seconds, Script());

    public static Task<Load> GetAsync(Server server, int connections, int seconds) => RunAsync(server, Metrics, connections, seconds, null);

    private static async Task<Load> RunAsync(Server server, string path, int connections, int seconds, string? script)
    {
        string[] scripted = script is null ? [] : ["-s", script];
        var start = new ProcessStartInfo(
            "wrk", ["-t1", $"-c{connections}", $"-d{seconds}s", "--latency", .. scripted, new Uri(server.Address, path).ToString()]) { RedirectStandardOutput = true };
        using var wrk = Process.Start(start)!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        if (output.Contains("Non-2xx", StringComparison.Ordinal)) throw new InvalidOperationException(output);
        return new Load(Number(RateLine().Match(output)), Time(output, "50%"), Time(output, "99%"));
    }

    private string Script()
    {
        var file = Path.Combine(workDirectory, "post.lua");
        if (!File.Exists(file)) File.WriteAllText(file, Post);
        return file;
    }

    private static double Time(string output, string percentile)
    {
        var match = Regex.Match(output, $@"{percentile}\s+([\d.]+)(us|ms|s)");
        return Number(match) * match.Groups[2].Value switch { "us" => 0.001, "ms" => 1, _ => 1000 };
    }

    private static double Number(Match match) => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex RateLine();
}

/// <summary>What came of a load.</summary>
/// <param name="PerSecond">Requests.</param>
/// <param name="P50">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
internal sealed record Load(double PerSecond, double P50, double P99);
