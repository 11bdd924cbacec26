using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PipelineMetrics.Benchmarks;

/// <summary>A server as a process of its own on a free port of this machine; gone when this is disposed.</summary>
internal sealed class Server : IDisposable
{
    private static readonly TimeSpan StartWithin = TimeSpan.FromMinutes(5);
    private readonly Process _process;

    private Server(string dll, IEnumerable<string> arguments, int port, string? log)
    {
        Address = new Uri($"http://127.0.0.1:{port}");
        var start = new ProcessStartInfo("dotnet", [dll, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ASPNETCORE_URLS"] = Address.OriginalString;
        start.Environment["PIPELINE_METRICS_LOG__DIRECTORY"] = log;
        Started = Stopwatch.StartNew();
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    public Stopwatch Started { get; }

    /// <summary>From the start of the process to the first answer with 200.</summary>
    public TimeSpan ReadyAfter { get; private set; }

    public static Task<Server> StartServiceAsync(string log) =>
        UntilReadyAsync(port => new Server(Path.Combine(AppContext.BaseDirectory, "PipelineMetrics.Api.dll"), [], port, log), "health/ready");

    public static Task<Server> StartNoOpAsync() =>
        UntilReadyAsync(port => new Server(typeof(Server).Assembly.Location, ["serve-noop", $"http://127.0.0.1:{port}"], port, null), "");

    /// <summary>Memory in use, MiB.</summary>
    public double ResidentMiB()
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith("VmRSS", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    public void Dispose()
    {
        // Politely first: what is measured next should not wait for what this one leaves behind.
        if (!_process.HasExited) Process.Start("kill", ["-TERM", $"{_process.Id}"])!.WaitForExit();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(20))) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static async Task<Server> UntilReadyAsync(Func<int, Server> start, string path)
    {
        var server = start(FreePort());
        using var http = new HttpClient { BaseAddress = server.Address };
        while (true)
        {
            try
            {
                if ((await http.GetAsync(path)).IsSuccessStatusCode) break;
            }
            catch (HttpRequestException) when (!server._process.HasExited)
            {
                // It does not listen yet.
            }
            if (server._process.HasExited || server.Started.Elapsed > StartWithin) throw new InvalidOperationException("The server does not start.");
            await Task.Delay(2);
        }
        server.ReadyAfter = server.Started.Elapsed;
        return server;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
