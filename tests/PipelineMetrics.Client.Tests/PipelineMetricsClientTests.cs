
namespace PipelineMetrics.Client.Tests;

public sealed class PipelineMetricsClientTests : IDisposable
{
    private readonly FakeService _service = new();
    private readonly SpoolFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, TrackResult.Queued)]
    [InlineData(true, TrackResult.Spooled)]
    public async Task What_is_tracked_arrives_with_an_id_and_the_time_it_was_tracked(bool isSpooled, TrackResult result)
    {
        await using var client = Client(isSpooled);
        client.Track(Some.Completion("a")).ShouldBe(result);
        client.Track(Some.Completion("b")).ShouldBe(result);
        (await client.FlushAsync(Some.Long)).ShouldBeTrue();
        _service.Tasks.Order().ShouldBe(["a", "b"]);
        client.Counters.ShouldBe(new ClientCounters { Accepted = 2, Sent = 2 });
    }

    [Fact]
    public async Task What_a_stopped_client_could_not_send_the_next_one_sends()
    {
        _service.Answer = _ => FakeService.Status(503);
        var options = Some.Options(_folder);
        options.StopTimeout = TimeSpan.Zero;
        await using (var first = new PipelineMetricsClient(options, handler: _service))
        {
            for (var i = 0; i < 20; i++) first.Track(Some.Completion($"t{i}")).ShouldBe(TrackResult.Spooled);
        }
        _folder.Files.ShouldHaveSingleItem();
        new FileInfo(_folder.Files[0]).Length.ShouldBeLessThan(10_000);

        _service.Answer = _ => null;
        await using var second = Client(isSpooled: true);
        second.Track(Some.Completion("last"));
        (await second.FlushAsync(Some.Long)).ShouldBeTrue();
        _service.Stored.Count.ShouldBe(21);
        second.Counters.Recovered.ShouldBe(20);
        await second.StopAsync();
        _folder.Files.ShouldBeEmpty();
    }

    private PipelineMetricsClient Client(bool isSpooled) => new(Some.Options(isSpooled ? _folder : null), handler: _service);
}
