using System.Net;
using System.Net.Sockets;
using System.Text;
using PipelineMetrics.EndToEnd.BadInputs;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Load;
using PipelineMetrics.EndToEnd.Processes;
using Xunit.Abstractions;

namespace PipelineMetrics.EndToEnd;

/// <summary>Whoever listens gets every line once, however often the service goes away; and nobody who listens holds it up.</summary>
public sealed class LiveStreamTests(ITestOutputHelper output)
{
    private const int ShortestLifeMs = 50;
    private const int LongestLifeMs = 500;
    private const int DeafPeers = 3;
    private const int MoreThanIsKept = 16_000;
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly int _seed = ProofSeed.Next();

    [Fact]
    public async Task A_reader_who_comes_back_has_every_line_once_over_kills_and_stops()
    {
        using var folder = new TestFolder();
        var ledger = new Ledger();
        var (listener, reader) = (new Follower(), new Follower());
        var random = new Random(_seed);
        var lives = ProofSize.Cases(ci: 6, large: 200);
        for (var life = 0; life < lives; life++)
        {
            await using var service = await ServiceProcess.StartAsync(new ServiceStart(folder).WithSmallFiles());
            var listening = Task.WhenAll(listener.ListenAsync(service.Http), reader.ReadAsync(service.Http));
            await using var timetable = new Timetable();
            timetable.At(random.Next(ShortestLifeMs, LongestLifeMs), random.Next(2) == 0 ? service.Kill : service.Terminate);
            await Fleet.RunAsync(service.Http, ledger, $"{life}", random.Next());
            await listening.WaitAsync(Patience);
            await service.WaitForExitAsync();
        }

        await using var last = await ServiceProcess.StartAsync(folder);
        var log = Recount.Of(folder.Log);
        var stored = log.Completions.Concat(log.Events).OrderBy(line => line.Seq).Select(line => (line.Seq!.Value, line.Json.GetRawText())).ToList();
        await Task.WhenAll(listener.ListenAsync(last.Http, stored.Count), reader.ReadAsync(last.Http, stored.Count)).WaitAsync(Patience);

        reader.Lines.ShouldBe(stored);
        // On a machine with much else to do, one who listens may have to be told of a gap.
        listener.Lines.ShouldBe(stored.Where(line => !listener.Gaps.Any(gap => gap.From <= line.Item1 && line.Item1 <= gap.To)));
        listener.Connections.ShouldBeGreaterThan(lives / 2, "hardly a life was listened to: the run proves little");
        log.ShouldHonour(ledger);
        output.WriteLine($"seed {_seed}: {lives} lives, {stored.Count} lines, {log.SealedFiles} sealed files, {listener.Connections} connections, {listener.Gaps.Count} gaps");
    }

    [Fact]
    public async Task A_stop_ends_streams_at_once_and_does_not_wait_for_those_who_do_not_read()
    {
        using var folder = new TestFolder();
        await using var service = await ServiceProcess.StartAsync(folder);
        var (listener, reader) = (new Follower(), new Follower());
        var listening = Task.WhenAll(listener.ListenAsync(service.Http), reader.ReadAsync(service.Http));
        using var deaf = await DeafAsync(service, DeafPeers);
        await RecordAsync(service, MoreThanIsKept);
        await Eventually.HoldsAsync(
            "those who read have everything", Patience, () => Task.FromResult(listener.Last == MoreThanIsKept && reader.Last == MoreThanIsKept));

        service.Terminate();
        (await service.WaitForExitAsync(StopsWithin)).ShouldBe(0, service.Errors);
        await listening.WaitAsync(Patience);
        (listener.Breaks + reader.Breaks).ShouldBe(0, "streams are ended, not cut");
        service.Errors.ShouldBeEmpty();
        service.Output.ShouldNotContain("ERR");
    }

    [Fact]
    public async Task One_who_does_not_read_for_a_while_is_told_what_it_misses_and_goes_on()
    {
        using var folder = new TestFolder();
        await using var service = await ServiceProcess.StartAsync(folder);
        var (follower, reads) = (new Follower(), new TaskCompletionSource());
        var listening = follower.ListenAsync(service.Http, until: MoreThanIsKept + 1, reads.Task);
        await Eventually.HoldsAsync("it is connected", Patience, () => Task.FromResult(follower.Connections == 1));
        // More than all that machines keep on the way.
        await RecordAsync(service, MoreThanIsKept);
        reads.SetResult();
        await Eventually.HoldsAsync("it is told of a gap", Patience, () => Task.FromResult(follower.Last == MoreThanIsKept));
        await RecordAsync(service, 1);
        await listening.WaitAsync(Patience);

        follower.Gaps.ShouldNotBeEmpty();
        var numbers = follower.Lines.Select(line => line.Seq).Concat(follower.Gaps.SelectMany(gap => Numbers(gap.From, gap.To))).Order();
        numbers.ShouldBe(Numbers(1, MoreThanIsKept + 1));
        follower.Lines[^1].Seq.ShouldBe(MoreThanIsKept + 1);
    }

    [Fact]
    public async Task A_crowd_of_deaf_readers_takes_neither_memory_nor_time_from_others()
    {
        var places = ProofSize.Cases(ci: 40, large: 1000);
        using var folder = new TestFolder();
        await using var service = await ServiceProcess.StartAsync(new ServiceStart(folder) { Settings = new Dictionary<string, string> { ["limits:streams"] = $"{places}" } });
        await RecordAsync(service, 6000);
        using var deaf = await DeafAsync(service, places);
        var before = await PeakMemory.ForgetAsync(service.Id);
        var refused = await service.Http.AskAsync(HttpMethod.Get, "/api/agent/events/stream");
        (refused.Status, refused.Code).ShouldBe((HttpStatusCode.ServiceUnavailable, "too_many_streams"));
        refused.RetryAfter.ShouldNotBeNull();
        for (var round = 0; round < 5; round++)
        {
            await RecordAsync(service, 6000);
            (await service.Http.RecordAsync($"other-{round}")).Status.ShouldBe(HttpStatusCode.Created);
            (await service.Http.MetricsAsync()).Status.ShouldBe(HttpStatusCode.OK);
        }

        var growth = await PeakMemory.OfAsync(service.Id) - before;
        output.WriteLine($"{places} deaf readers, 45 MB recorded: the peak grew by {growth >> 20} MiB from {before >> 20} MiB");
        growth.ShouldBeLessThan((200L << 20) + places * (400L << 10));
        service.Terminate();
        (await service.WaitForExitAsync(StopsWithin)).ShouldBe(0, service.Errors);
    }

    private static Task<DeafReaders> DeafAsync(ServiceProcess service, int count) => DeafReaders.ConnectAsync(service.Http.BaseAddress!, count);

    private static IEnumerable<long> Numbers(long first, long last) => Enumerable.Range(0, (int)(last - first + 1)).Select(i => first + i);

    // Long lines, so that what machines keep on the way is soon full.
    private static async Task RecordAsync(ServiceProcess service, int count)
    {
        var line = $$"""{"event_type":"chain:created","entity_id":"c","filling":"{{new string('x', 1500)}}"}""";
        for (var left = count; left > 0; left -= 1000)
        {
            var body = string.Join('\n', Enumerable.Repeat(line, Math.Min(left, 1000)));
            (await service.Http.AskAsync(HttpMethod.Post, "/api/agent/events", body, "application/x-ndjson")).Status.ShouldBe(HttpStatusCode.OK);
        }
    }

    /// <summary>Connections that ask for the stream and never read it.</summary>
    private sealed class DeafReaders(List<Socket> sockets) : IDisposable
    {
        public static async Task<DeafReaders> ConnectAsync(Uri service, int count)
        {
            var sockets = new List<Socket>();
            for (var n = 0; n < count; n++)
            {
                var socket = await RawExchange.ConnectAsync(service);
                socket.ReceiveBufferSize = 4 << 10;
                await socket.SendAsync(Encoding.ASCII.GetBytes("GET /api/agent/events/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"));
                await socket.ReceiveAsync(new byte[1]);
                sockets.Add(socket);
            }
            return new DeafReaders(sockets);
        }

        public void Dispose() => sockets.ForEach(socket => socket.Dispose());
    }
}
