using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.Prometheus;

/// <summary>A real Prometheus on a free port that scrapes one service; where that is may change, as it does when the service is restarted.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private const int MostPorts = 5;
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SeenWithin = TimeSpan.FromSeconds(60);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly string _folder;
    private readonly Process _process;
    private readonly Transcript _errors;

    private PrometheusServer(string folder, int port)
    {
        _folder = folder;
        _http.BaseAddress = new Uri($"http://127.0.0.1:{port}");
        string[] words =
        [
            $"--config.file={Path.Combine(folder, "prometheus.yml")}", $"--storage.tsdb.path={Path.Combine(folder, "data")}",
            $"--web.listen-address=127.0.0.1:{port}",
        ];
        _process = Process.Start(new ProcessStartInfo("prometheus", words) { RedirectStandardError = true, WorkingDirectory = folder })!;
        _errors = new Transcript(_process.StandardError);
    }

    /// <summary>Starts one that shows a key to the service. On return it answers.</summary>
    public static async Task<PrometheusServer> StartAsync(string folder, Uri service, string key)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "key"), key);
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), """
            global: { scrape_interval: 200ms, scrape_timeout: 200ms }
            scrape_configs:
              - job_name: pipeline-metrics
                authorization: { credentials_file: key }
                file_sd_configs: [{ files: [targets.json], refresh_interval: 1s }]
            """);
        PointTo(folder, service);
        for (var attempt = 1; ; attempt++)
        {
            var server = new PrometheusServer(folder, FreePort());
            if (await server.IsUpAsync()) return server;
            await server.DisposeAsync();
            // Somebody else may have taken the port meanwhile.
            if (attempt == MostPorts) throw new InvalidOperationException($"Prometheus did not start.\n{server._errors}");
        }
    }

    /// <summary>The service is somewhere else from now on; to Prometheus it is the same instance.</summary>
    public void PointTo(Uri service) => PointTo(_folder, service);

    /// <summary>The one number that a query comes to; null while it comes to none.</summary>
    public async Task<double?> AskAsync(string query)
    {
        using var answer = await _http.GetAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}");
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        var found = JsonElement.Parse(body).GetProperty("data").GetProperty("result").EnumerateArray().ToList();
        return found is [var one] ? double.Parse(one.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Waits until a query comes to a number.</summary>
    public async Task ShouldSeeAsync(string query, double expected)
    {
        double? last = null;
        try
        {
            await Eventually.HoldsAsync(query, SeenWithin, async () => (last = await AskAsync(query)) == expected);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} It is {last?.ToString(CultureInfo.InvariantCulture) ?? "nothing"}, not {expected}; up is {await AskAsync("up")}.\n{_errors}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _errors.End;
        _process.Dispose();
    }

    private async Task<bool> IsUpAsync()
    {
        await Eventually.HoldsAsync("Prometheus answers", StartWithin, async () => _process.HasExited || await AnswersAsync());
        return !_process.HasExited;
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var answer = await _http.GetAsync("/-/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static void PointTo(string folder, Uri service)
    {
        var targets = JsonSerializer.Serialize(new[] { new { targets = new[] { service.Authority }, labels = new { instance = "service" } } });
        // In one step, so that it never reads half of it.
        File.WriteAllText(Path.Combine(folder, "targets.next"), targets);
        File.Move(Path.Combine(folder, "targets.next"), Path.Combine(folder, "targets.json"), overwrite: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
