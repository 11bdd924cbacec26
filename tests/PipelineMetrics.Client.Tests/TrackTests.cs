using System.Collections;
using System.Diagnostics.Metrics;
using System.Text.Json;

namespace PipelineMetrics.Client.Tests;

public sealed class TrackTests : IDisposable
{
    private readonly FakeService _service = new();
    private readonly SpoolFolder _folder = new();
    private readonly SteppedClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tracking_allocates_nothing(bool isSpooled)
    {
        _service.Answer = _ => FakeService.Status(503);
        await using var client = Client(isSpooled, options => (options.StopTimeout, options.SpoolFileBytes) = (TimeSpan.Zero, 1 << 20));
        var completion = Some.Completion() with { QualityGatesRun = ["build", "test"], Metadata = JsonElement.Parse("""{"a":1}"""), Error = "\"é\"" };
        for (var i = 0; i < 100; i++) client.Track(completion);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) client.Track(completion);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        client.Counters.Accepted.ShouldBe(1100);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task From_many_threads_at_once_every_record_arrives_once(bool isSpooled)
    {
        await using var client = Client(isSpooled, options => options.SpoolFileBytes = 8 << 20);
        Parallel.For(0, 8, thread =>
        {
            for (var i = 0; i < 1000; i++) client.Track(Some.Completion($"{thread}-{i}")).ShouldBeOneOf(TrackResult.Queued, TrackResult.Spooled);
        });
        (await client.FlushAsync(Some.Long)).ShouldBeTrue();
        _service.Tasks.Distinct().Count().ShouldBe(8000);
        _service.Stored.Count.ShouldBe(8000);
        client.Counters.ShouldBe(new ClientCounters { Accepted = 8000, Sent = 8000 });
    }

    [Fact]
    public async Task A_full_queue_drops_and_counts()
    {
        _service.Answer = _ => FakeService.Status(503);
        await using var client = Client(isSpooled: false, options => (options.QueueRecords, options.StopTimeout) = (5, TimeSpan.Zero));
        for (var i = 0; i < 8; i++) client.Track(Some.Completion()).ShouldBe(i < 5 ? TrackResult.Queued : TrackResult.Dropped);
        await client.StopAsync();
        client.Counters.Dropped.ShouldBe(8, "three found no room, five were never sent");
        client.Counters.Sent.ShouldBe(0);
    }

    [Fact]
    public async Task A_full_spool_drops_and_counts_and_takes_again_when_there_is_room()
    {
        var isDown = true;
        _service.Answer = _ => isDown ? FakeService.Status(503) : null;
        await using var client = Client(isSpooled: true);
        var accepted = 0;
        while (client.Track(Some.Completion($"{accepted}")) == TrackResult.Spooled) accepted++;
        accepted.ShouldBeGreaterThan(500);
        isDown = false;
        (await client.FlushAsync(Some.Long)).ShouldBeTrue();
        _service.Stored.Count.ShouldBe(accepted);
        client.Track(Some.Completion("again")).ShouldBe(TrackResult.Spooled);
        client.Counters.Dropped.ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_cannot_be_written_costs_itself_and_nothing_else(bool isSpooled)
    {
        await using var client = Client(isSpooled);
        client.Track(null!).ShouldBe(TrackResult.Dropped);
        client.Track(Some.Completion("long") with { Error = new string('x', 70_000) });
        client.Track(Some.Completion("throws") with { QualityGatesRun = new BrokenList() });
        client.Track(Some.Completion("fine"));
        (await client.FlushAsync(Some.Long)).ShouldBeTrue();
        _service.Tasks.ShouldBe(["fine"]);
        client.Counters.Dropped.ShouldBe(3);
        client.Counters.Pending.ShouldBe(0);
    }

    [Fact]
    public async Task Disabled_it_takes_nothing_and_opens_nothing()
    {
        await using var client = Client(isSpooled: true, options => options.Enabled = false);
        client.Start();
        client.Track(Some.Completion()).ShouldBe(TrackResult.Disabled);
        (await client.FlushAsync(Some.Long)).ShouldBeTrue();
        client.Counters.ShouldBe(default);
        Directory.Exists(_folder.FullPath).ShouldBeFalse();
        _service.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_dry_run_logs_what_it_would_send_and_sends_and_spools_nothing()
    {
        var log = new LoggedLines<PipelineMetricsClient>();
        var options = Some.Options(_folder);
        options.DryRun = true;
        await using var client = new PipelineMetricsClient(options, log, _service);
        client.Track(Some.Completion("seen")).ShouldBe(TrackResult.Queued);
        (await client.FlushAsync(Some.Long)).ShouldBeTrue();
        log.ShouldContain(line => line.Contains("\"task_id\":\"seen\"", StringComparison.Ordinal));
        client.Counters.Sent.ShouldBe(1);
        _service.Requests.ShouldBeEmpty();
        Directory.Exists(_folder.FullPath).ShouldBeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stopped_client_takes_nothing_and_says_so(bool isSpooled)
    {
        var client = Client(isSpooled);
        client.Track(Some.Completion("before"));
        await client.StopAsync();
        await client.StopAsync();
        await client.DisposeAsync();
        client.Start();
        client.Track(Some.Completion("after")).ShouldBe(TrackResult.Dropped);
        (await client.FlushAsync(TimeSpan.Zero)).ShouldBeFalse();
        _service.Tasks.ShouldBe(["before"]);
        client.Counters.Dropped.ShouldBe(1);
    }

    [Fact]
    public async Task One_that_was_never_started_stops_without_a_trace()
    {
        var client = Client(isSpooled: true);
        await client.DisposeAsync();
        client.Track(Some.Completion()).ShouldBe(TrackResult.Dropped);
        Directory.Exists(_folder.FullPath).ShouldBeFalse();
    }

    [Fact]
    public async Task A_record_is_as_old_as_it_was_when_it_was_tracked()
    {
        await using var client = new PipelineMetricsClient(Some.Options(_folder), handler: _service, clock: _clock);
        var tracked = _clock.GetUtcNow();
        client.Track(Some.Completion());
        _clock.Advance(TimeSpan.FromMinutes(10));
        (await client.FlushAsync(Some.Long)).ShouldBeTrue();
        JsonElement.Parse(_service.Stored.Values.Single()).GetProperty("created_at").GetDateTimeOffset().ShouldBe(tracked);
    }

    [Fact]
    public async Task The_counters_can_be_collected_as_a_meter()
    {
        await using var client = Client(isSpooled: false);
        client.Track(Some.Completion());
        client.Track(Some.Completion("bad"));
        await client.FlushAsync(Some.Long);
        var seen = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, it) =>
            {
                if (instrument.Meter.Name == "PipelineMetrics.Client") it.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
            seen[instrument.Name] = Math.Max(value, seen.GetValueOrDefault(instrument.Name)));
        listener.Start();
        listener.RecordObservableInstruments();
        var names = typeof(ClientCounters).GetProperties().Select(counter => $"pipeline_metrics.client.{counter.Name.ToLowerInvariant()}");
        seen.Keys.ShouldBe(names, ignoreOrder: true);
        seen["pipeline_metrics.client.rejected"].ShouldBeGreaterThanOrEqualTo(1);   // Other tests have meters of the same name.
    }

    private PipelineMetricsClient Client(bool isSpooled, Action<PipelineMetricsClientOptions>? set = null)
    {
        var options = Some.Options(isSpooled ? _folder : null);
        set?.Invoke(options);
        return new PipelineMetricsClient(options, handler: _service);
    }

    private sealed class BrokenList : IReadOnlyList<string>
    {
        public int Count => throw new InvalidOperationException("changed while it is read");

        public string this[int index] => throw new InvalidOperationException("changed while it is read");

        public IEnumerator<string> GetEnumerator() => throw new InvalidOperationException("changed while it is read");

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
