using PipelineMetrics.EndToEnd.Faults;

namespace PipelineMetrics.Client.Tests;

/// <summary>A spool directory that takes nothing, or that others use as well.</summary>
public sealed class SpoolDirectoryTests : IDisposable
{
    private readonly FakeService _service = new();
    private readonly SpoolFolder _folder = new();
    private readonly LoggedLines<PipelineMetricsClient> _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task One_that_cannot_be_written_costs_the_records_and_takes_the_next_when_it_can()
    {
        await File.WriteAllTextAsync(_folder.FullPath, "a file where the directory should be");
        await using var client = Client();
        client.Track(Some.Completion()).ShouldBe(TrackResult.Dropped);
        (await client.FlushAsync(Some.Long)).ShouldBeTrue();
        _log.Count(line => line.Contains("takes nothing", StringComparison.Ordinal)).ShouldBe(1);

        File.Delete(_folder.FullPath);
        await client.FlushAsync(Some.Long);
        client.Track(Some.Completion("later")).ShouldBe(TrackResult.Spooled);
        (await client.FlushAsync(Some.Long)).ShouldBeTrue();
        _service.Tasks.ShouldBe(["later"]);
        client.Counters.Dropped.ShouldBe(1);
    }

    [Fact]
    public async Task What_others_left_takes_room_until_it_is_sent()
    {
        _service.Answer = _ => FakeService.Status(503);
        for (var i = 0; i < 2; i++)
        {
            await using var gone = Client(options => options.StopTimeout = TimeSpan.Zero);
            while (gone.Track(Some.Completion()) == TrackResult.Spooled) { }
        }
        void Bounded(PipelineMetricsClientOptions options) => options.SpoolDirectoryBytes = 2 * PipelineMetricsClientOptions.MinSpoolFileBytes;
        await using var client = Client(Bounded);
        client.Track(Some.Completion("no room")).ShouldBe(TrackResult.Dropped);
        _log.ShouldContain(line => line.Contains("SpoolDirectoryBytes", StringComparison.Ordinal));

        _service.Answer = _ => null;
        (await client.FlushAsync(Some.Long)).ShouldBeTrue();
        (await client.FlushAsync(Some.Long)).ShouldBeTrue();
        client.Track(Some.Completion("room")).ShouldBe(TrackResult.Spooled);
    }

    [Fact]
    public async Task Clients_side_by_side_do_not_touch_each_others_files()
    {
        await using var one = Client();
        await using var other = Client();
        for (var i = 0; i < 100; i++)
        {
            one.Track(Some.Completion($"one-{i}"));
            other.Track(Some.Completion($"other-{i}"));
        }
        (await one.FlushAsync(Some.Long)).ShouldBeTrue();
        (await other.FlushAsync(Some.Long)).ShouldBeTrue();
        (one.Counters.Sent, other.Counters.Sent).ShouldBe((100, 100));
        (one.Counters.Recovered, other.Counters.Recovered).ShouldBe((0, 0));
        _service.Stored.Count.ShouldBe(200);
    }

    [Fact]
    public async Task A_file_that_was_never_finished_is_cleared_away()
    {
        Directory.CreateDirectory(_folder.FullPath);
        var half = Path.Combine(_folder.FullPath, "0190c2a5.new");
        await File.WriteAllTextAsync(half, "half");
        await using var client = Client();
        (await client.FlushAsync(Some.Long)).ShouldBeTrue();
        File.Exists(half).ShouldBeFalse();
    }

    [FactNeeding(Tool.Tmpfs)]
    public async Task A_full_disk_is_noticed_before_a_record_is_taken_and_never_ends_the_process()
    {
        using var disk = new SmallDisk(megabytes: 1);
        disk.Fill(blocksLeft: 20);
        await using var client = Client(options => options.SpoolDirectory = Path.Combine(disk.FullPath, "spool"));
        client.Track(Some.Completion()).ShouldBe(TrackResult.Dropped);
        disk.Free();
        await client.FlushAsync(Some.Long);
        client.Track(Some.Completion()).ShouldBe(TrackResult.Spooled);
        // Full again: the file has its room already, to its last byte.
        disk.Fill();
        while (client.Track(Some.Completion()) == TrackResult.Spooled) { }
        client.Counters.Accepted.ShouldBeGreaterThan(500);
        (await client.FlushAsync(Some.Long)).ShouldBeTrue();
        _service.Stored.Count.ShouldBe((int)client.Counters.Accepted);
        await client.StopAsync();
    }

    private PipelineMetricsClient Client(Action<PipelineMetricsClientOptions>? set = null)
    {
        var options = Some.Options(_folder);
        set?.Invoke(options);
        return new PipelineMetricsClient(options, _log, _service);
    }
}
