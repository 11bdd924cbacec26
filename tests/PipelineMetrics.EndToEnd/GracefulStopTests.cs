using System.Net;
using System.Net.Sockets;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Load;
using PipelineMetrics.EndToEnd.Processes;
using Xunit.Abstractions;

namespace PipelineMetrics.EndToEnd;

/// <summary>SIGTERM and SIGINT: what was accepted is answered, then the process ends, cleanly and soon.</summary>
public sealed class GracefulStopTests(ITestOutputHelper output)
{
    private const int Uploads = 3;
    private const int LongestLoadMs = 500;
    private const int LongestPauseMs = 100;
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(10);
    private readonly int _seed = ProofSeed.Next();

    /// <summary>What is sent: one signal, or a second one on top of it.</summary>
    private static readonly Action<ServiceProcess>[][] Ways =
    [
        [service => service.Terminate()],
        [service => service.Terminate(), service => service.Terminate()],
        [service => service.Interrupt()],
        [service => service.Interrupt(), service => service.Terminate()],
    ];

    [Fact]
    public async Task A_stop_at_any_moment_under_load_answers_whatever_it_stored()
    {
        using var folder = new TestFolder();
        var ledger = new Ledger();
        var random = new Random(_seed);
        var stops = ProofSize.Cases(ci: Ways.Length, large: 300);
        for (var stop = 0; stop < stops; stop++)
        {
            await using var service = await ServiceProcess.StartAsync(folder);
            (await service.Http.TotalAsync()).ShouldBe(Recount.Of(folder.Log).Attempts, "the start after a stop");
            await StopUnderLoadAsync(service, ledger, $"stop-{stop}", Ways[stop % Ways.Length], random);

            (await service.WaitForExitAsync(StopsWithin)).ShouldBe(0, service.Errors);
            service.Errors.ShouldBeEmpty();
            var log = Recount.Of(folder.Log);
            log.ShouldHonour(ledger);
            log.Completions.Select(line => line.Id!).Except(ledger.Acked.Keys).ShouldBeEmpty("stored, but its sender was never told");
        }
        output.WriteLine(
            $"seed {_seed}: {stops} stops, {stops * Uploads} slow uploads, {ledger.Acked.Count} completions acknowledged of {ledger.Sent.Count} sent");
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

    /// <summary>Signals at random moments; the uploads end after them.</summary>
    private static async Task StopUnderLoadAsync(
        ServiceProcess service, Ledger ledger, string name, Action<ServiceProcess>[] signals, Random random)
    {
        var uploads = Enumerable.Range(0, Uploads).Select(number => new SlowUpload(service.Http, ledger, $"{name}-upload-{number}")).ToList();
        await Task.WhenAll(uploads.Select(upload => upload.UnderWay));
        await using var timetable = new Timetable();
        var moment = random.Next(LongestLoadMs);
        foreach (var signal in signals)
        {
            timetable.At(moment, () => signal(service));
            moment += random.Next(LongestPauseMs);
        }
        foreach (var upload in uploads) timetable.At(moment + random.Next(LongestPauseMs), upload.GoOn);

        await Fleet.RunAsync(service.Http, ledger, name, random.Next());
        await Task.WhenAll(uploads.Select(upload => upload.ShouldBeStoredAsync()));
        uploads.ForEach(upload => upload.Dispose());
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
