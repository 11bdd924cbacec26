using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Load;
using PipelineMetrics.EndToEnd.Processes;
using Xunit.Abstractions;

namespace PipelineMetrics.EndToEnd;

/// <summary>SIGTERM: what was accepted is answered, then the process ends, cleanly and soon.</summary>
public sealed class GracefulStopTests(ITestOutputHelper output)
{
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_stop_under_load_answers_whatever_it_stored()
    {
        using var folder = new TestFolder();
        var ledger = new Ledger();
        await using var service = await ServiceProcess.StartAsync(folder);
        using var end = new CancellationTokenSource(TimeSpan.FromMilliseconds(Random.Shared.Next(300, 900)));
        end.Token.Register(service.Terminate);
        var traffic = await Fleet.RunAsync(service.Http, ledger, "stop", Random.Shared.Next());

        (await service.WaitForExitAsync(StopsWithin)).ShouldBe(0, service.Errors);
        var log = Recount.Of(folder.Log);
        log.ShouldHonour(ledger);
        log.Completions.Select(line => line.Id!).Except(ledger.Acked.Keys).ShouldBeEmpty("stored, but its sender was never told");
        output.WriteLine($"{traffic.Asked} requests, {ledger.Acked.Count} completions acknowledged");
    }

    [Fact]
    public async Task An_idle_service_stops_at_once_with_nothing_on_its_error_stream()
    {
        using var folder = new TestFolder();
        await using var service = await ServiceProcess.StartAsync(folder);
        service.Terminate();
        (await service.WaitForExitAsync(StopsWithin)).ShouldBe(0);
        service.Errors.ShouldBeEmpty();
    }
}
