using System.Diagnostics;
using System.Text.RegularExpressions;

namespace PipelineMetrics.EndToEnd.Processes;

/// <summary>The service as its users run it: a process of its own. Nothing of it is left when this is disposed.</summary>
internal sealed partial class ServiceProcess : IAsyncDisposable
{
    /// <summary>Exit code of a process that SIGKILL ended.</summary>
    public const int KilledCode = 128 + 9;

    /// <summary>Generous: several services start at once on a small machine, some of them slowed down on purpose.</summary>
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan GoneWithin = TimeSpan.FromSeconds(20);
    private readonly Process _process;
    private readonly Transcript _output;
    private readonly Transcript _errors;

    private ServiceProcess(ServiceStart how)
    {
        _process = Process.Start(how.ToStartInfo())!;
        _output = new Transcript(_process.StandardOutput, ListensOn());
        _errors = new Transcript(_process.StandardError);
        Gone = Task.WhenAll(_process.WaitForExitAsync(), _output.End, _errors.End);
    }

    /// <summary>Done when the process has ended and the last of its output was read.</summary>
    public Task Gone { get; }

    /// <summary>Speaks to this service; what it sends is sent once, never repeated behind our back.</summary>
    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>The number of the process; of the outer one when the service runs under another program.</summary>
    public int Id => _process.Id;

    public string Output => _output.ToString();

    public string Errors => _errors.ToString();

    /// <summary>Starts a process without waiting for anything; for those that are not expected to serve.</summary>
    public static ServiceProcess Launch(ServiceStart how) => new(how);

    /// <summary>Starts a service. On return its readiness is answered with 200.</summary>
    public static Task<ServiceProcess> StartAsync(ServiceStart how) => StartAsync(how, ServiceCalls.Ready);

    public static Task<ServiceProcess> StartAsync(TestFolder folder) => StartAsync(new ServiceStart(folder));

    /// <summary>Starts a service that is not well: on return it has read its log and answers with figures.</summary>
    public static Task<ServiceProcess> StartUnwellAsync(ServiceStart how) => StartAsync(how, ServiceCalls.Metrics);

    /// <summary>Waits for a launched process until its readiness is answered with 200.</summary>
    public Task UntilReadyAsync() => UntilAnsweredAsync(ServiceCalls.Ready);

    /// <summary>SIGKILL: no goodbye, nothing flushed.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    /// <summary>SIGTERM: what an orchestrator sends before it loses patience.</summary>
    public void Terminate() => Signals.Terminate(_process);

    /// <summary>SIGINT: what Ctrl+C sends.</summary>
    public void Interrupt() => Signals.Interrupt(_process);

    /// <returns>The exit code, after the last of its output was read.</returns>
    public async Task<int> WaitForExitAsync(TimeSpan? within = null)
    {
        await Gone.WaitAsync(within ?? GoneWithin);
        return _process.ExitCode;
    }

    /// <summary>Stops the service in the orderly way.</summary>
    public async Task<int> StopAsync()
    {
        Terminate();
        return await WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _process.Kill(entireProcessTree: true);
        await WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Starts a service of which not more is expected than this address.</summary>
    public static async Task<ServiceProcess> StartAsync(ServiceStart how, string answering)
    {
        var service = new ServiceProcess(how);
        try
        {
            await service.UntilAnsweredAsync(answering);
            return service;
        }
        catch (Exception e)
        {
            await service.DisposeAsync();
            throw new InvalidOperationException($"The service did not start.\n{service.Errors}\n{service.Output}", e);
        }
    }

    private async Task UntilAnsweredAsync(string sign)
    {
        var line = await _output.Found.WaitAsync(StartWithin);
        Http.BaseAddress = new Uri(line.Groups["address"].Value);
        await Eventually.HoldsAsync($"{sign} is answered", StartWithin, async () =>
        {
            using var answer = await Http.GetAsync(sign);
            return answer.IsSuccessStatusCode;
        });
    }

    [GeneratedRegex("PipelineMetrics \\S+ listens on (?<address>http://\\S+)")]
    private static partial Regex ListensOn();
}
