using System.Net;
using System.Net.Sockets;
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
        using var end = new CancellationTokenSource(TimeSpan.FromMilliseconds(Random.Shared.Next(800, 2000)));
        end.Token.Register(service.Terminate);
        var traffic = await Fleet.RunAsync(service.Http, ledger, "stop", Random.Shared.Next());

        (await service.WaitForExitAsync(StopsWithin)).ShouldBe(0, service.Errors);
        var log = Recount.Of(folder.Log);
        log.ShouldHonour(ledger);
        log.Completions.Select(line => line.Id!).Except(ledger.Acked.Keys).ShouldBeEmpty("stored, but its sender was never told");
        output.WriteLine($"{traffic.Asked} requests, {ledger.Acked.Count} completions acknowledged");
    }

    [Fact]
    public async Task An_upload_that_was_under_way_is_finished_stored_and_answered()
    {
        using var folder = new TestFolder();
        await using var service = await ServiceProcess.StartAsync(folder);
        using var upload = new SlowBatch(new Attempt("one", "id-one", true, 1000), new Attempt("two", "id-two", true, 2000));
        var answering = service.Http.PostAsync($"{ServiceCalls.Completions}/batch", upload);
        await upload.UnderWay;
        service.Terminate();
        await Eventually.HoldsAsync("nobody new is let in", StopsWithin, () => IsClosedAsync(service.Http.BaseAddress!));
        upload.GoOn();

        using var response = await answering;
        var answer = await Answer.ReadAsync(response);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
        (await service.WaitForExitAsync(StopsWithin)).ShouldBe(0, service.Errors);
        Recount.Of(folder.Log).Completions.Select(line => line.Id).ShouldBe(["id-one", "id-two"]);
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

    private static async Task<bool> IsClosedAsync(Uri address)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address.Host, address.Port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
