using System.Text;
using PipelineMetrics.History;
using PipelineMetrics.Tests.Recording;
using PipelineMetrics.Tests.Recording.Proofs;

namespace PipelineMetrics.Tests.History;

/// <summary>Whoever follows the history gets every numbered line once and in order, or is told which numbers are left out.</summary>
public sealed class HistoryFeedTests
{
    [Fact]
    public Task A_reader_who_follows_and_comes_back_misses_nothing_and_gets_nothing_twice() => Seeds.ForEachAsync(ProofSize.Cases(30, 3000), async seed =>
    {
        using var recording = new RandomRecording(seed);
        var random = new Random(seed);
        var filter = random.Next(2) == 0 ? HistoryFilter.All : recording.Filter() with { Since = null, Until = null };
        for (var step = random.Next(30); step > 0; step--) await recording.StepAsync();
        var begin = recording.History.LastSeq - random.NextInt64(recording.History.LastSeq + 1);
        var feed = recording.History.Feed(begin, filter, skipsWhenSlow: random.Next(2) == 0);
        var read = new List<HistoryLine>();
        for (var step = 0; step < 60; step++)
        {
            var service = recording.History;
            await recording.StepAsync();
            // A restart ends the streams; the reader comes back with the last number it has.
            if (random.Next(5) == 0 || recording.History != service) feed = recording.History.Feed(feed.Position, filter, skipsWhenSlow: true);
            for (var reads = random.Next(3); reads > 0; reads--) await ReadAsync(feed, read);
        }
        feed = recording.History.Feed(feed.Position, filter, skipsWhenSlow: true);
        while (feed.Position < recording.History.LastSeq) await ReadAsync(feed, read);
        var expected = NaiveHistory.Of(recording.Bench).Where(l => l.Unnumbered == 0 && l.Seq > begin && l.IsWantedBy(filter));
        read.Select(l => $"{l.Position} {Encoding.UTF8.GetString(l.Json)}").ShouldBe(expected.Select(l => $"{l.Seq} {l.Json}"));
    });

    [Fact]
    public async Task A_follower_who_falls_behind_is_told_what_it_misses_and_goes_on()
    {
        using var bench = new RecorderBench();
        var feed = bench.Recorder.History.Feed(0, HistoryFilter.All, skipsWhenSlow: true);
        await feed.ReadAsync();
        await RecordAsync(bench, 10);
        (await AllAsync(feed)).ShouldBe(Numbers(1, 10));
        await RecordAsync(bench, 5000);
        var part = await feed.ReadAsync();
        (part.Gap, part.Lines.Count).ShouldBe((new HistoryGap(11, 5010), 0));
        await RecordAsync(bench, 3);
        (await AllAsync(feed)).ShouldBe(Numbers(5011, 3));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Whoever_catches_up_or_wants_everything_reads_everything_however_late(bool skipsWhenSlow, bool isLiveBefore)
    {
        using var bench = new RecorderBench();
        await RecordAsync(bench, 10);
        var feed = bench.Recorder.History.Feed(isLiveBefore ? 10 : 5, HistoryFilter.All, skipsWhenSlow);
        if (isLiveBefore) await feed.ReadAsync();
        var begin = feed.Position;
        await RecordAsync(bench, 9000);
        (await AllAsync(feed)).ShouldBe(Numbers(begin + 1, (int)(9010 - begin)));
    }

    [Fact]
    public async Task A_reader_who_has_seen_more_than_there_is_is_told_so()
    {
        using var bench = new RecorderBench();
        await RecordAsync(bench, 3);
        var feed = bench.Recorder.History.Feed(8, HistoryFilter.All, skipsWhenSlow: true);
        (await feed.ReadAsync()).Gap.ShouldBe(new HistoryGap(4, 8));
        await RecordAsync(bench, 1);
        (await AllAsync(feed)).ShouldBe([4]);
    }

    [Fact]
    public async Task Whoever_waits_is_woken_by_the_next_line_and_not_before()
    {
        using var bench = new RecorderBench();
        var feed = bench.Recorder.History.Feed(0, HistoryFilter.All, skipsWhenSlow: true);
        for (var round = 1; round <= 200; round++)
        {
            var more = feed.WhenMoreAsync();
            more.IsCompleted.ShouldBeFalse();
            await RecordAsync(bench, 1);
            await more.WaitAsync(TimeSpan.FromSeconds(20));
            (await AllAsync(feed)).ShouldBe([round]);
        }
    }

    [Fact]
    public async Task Many_followers_beside_many_writers_all_get_the_same()
    {
        using var bench = new RecorderBench();
        var followers = Enumerable.Range(0, 20).Select(_ => FollowAsync(bench.Recorder.History.Feed(0, HistoryFilter.All, skipsWhenSlow: false), 2000)).ToList();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async w =>
        {
            for (var i = 0; i < 50; i++) await RecordAsync(bench, 10);
        }));
        foreach (var seen in await Task.WhenAll(followers)) seen.ShouldBe(Numbers(1, 2000));
    }

    private static async Task<List<long>> FollowAsync(HistoryFeed feed, int count)
    {
        var seen = new List<long>();
        while (seen.Count < count)
        {
            await feed.WhenMoreAsync().WaitAsync(TimeSpan.FromSeconds(20));
            seen.AddRange((await feed.ReadAsync()).Lines.Select(l => l.Position.Seq));
        }
        return seen;
    }

    private static async Task ReadAsync(HistoryFeed feed, List<HistoryLine> read)
    {
        var part = await feed.ReadAsync();
        part.Gap.ShouldBeNull();
        read.AddRange(part.Lines);
    }

    private static async Task<List<long>> AllAsync(HistoryFeed feed)
    {
        var read = new List<HistoryLine>();
        int before;
        do
        {
            before = read.Count;
            await ReadAsync(feed, read);
        }
        while (read.Count > before);
        return [.. read.Select(l => l.Position.Seq)];
    }

    private static async Task RecordAsync(RecorderBench bench, int count)
    {
        for (var left = count; left > 0; left -= 1000) await bench.PostAll([.. Enumerable.Repeat(RecorderBench.Body("t"), Math.Min(left, 1000))]);
    }

    private static IEnumerable<long> Numbers(long first, int count) => Enumerable.Range(0, count).Select(i => first + i);
}
