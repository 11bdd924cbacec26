using System.Text;
using PipelineMetrics.History;
using PipelineMetrics.Tests.Recording;
using PipelineMetrics.Tests.Recording.Proofs;

namespace PipelineMetrics.Tests.History;

/// <summary>The history is what was recorded: compared with the files themselves.</summary>
public sealed class HistoryReaderTests
{
    [Fact]
    public Task Pages_of_any_size_in_both_directions_are_the_lines_of_the_files() => Seeds.ForEachAsync(ProofSize.Cases(30, 4000), async seed =>
    {
        using var recording = new RandomRecording(seed);
        var random = new Random(seed);
        for (var round = 0; round < 6; round++)
        {
            for (var step = 0; step < 12; step++) await recording.StepAsync();
            var filter = round == 0 ? HistoryFilter.All : recording.Filter();
            var expected = NaiveHistory.Of(recording.Bench).Where(l => l.IsWantedBy(filter)).ToList();
            Shown(Forward(recording, filter, default, random)).ShouldBe(Expected(expected));
            Shown(Backward(recording, filter, random)).ShouldBe(Expected(expected.AsEnumerable().Reverse()));
        }
    });

    [Fact]
    public Task A_position_leads_to_the_same_place_however_much_happens_meanwhile() => Seeds.ForEachAsync(ProofSize.Cases(20, 2000), async seed =>
    {
        using var recording = new RandomRecording(seed);
        var random = new Random(seed);
        for (var step = 0; step < 30; step++) await recording.StepAsync();
        var page = recording.History.Forward(default, HistoryFilter.All, 1 + random.Next(40));
        for (var step = 0; step < 30; step++) await recording.StepAsync();
        recording.Bench.Restart();
        HistoryPosition.TryParse($"{page.Lines[^1].Position}", out var position).ShouldBeTrue();
        var expected = NaiveHistory.Of(recording.Bench).Where(l => (l.Seq, l.Unnumbered).CompareTo((position.Seq, position.Unnumbered)) > 0);
        Shown(Forward(recording, HistoryFilter.All, position, random)).ShouldBe(Expected(expected));
    });

    [Fact]
    public async Task A_page_holds_a_bounded_number_of_bytes_and_says_where_the_next_begins()
    {
        using var bench = new RecorderBench();
        for (var i = 0; i < 12; i++) await bench.TellAll([.. Enumerable.Range(0, 100).Select(_ => Large())]);
        var history = bench.Recorder.History;
        foreach (var page in new[] { history.Forward(default, HistoryFilter.All, 5000), history.Backward(HistoryPosition.End, HistoryFilter.All, 5000) })
        {
            page.Lines.Sum(l => l.Json.Length).ShouldBeInRange((4 << 20) - 10_000, (4 << 20) + 10_000);
            page.Next.ShouldBe(page.Lines[^1].Position);
        }
    }

    [Fact]
    public async Task A_search_for_a_needle_ends_after_so_many_lines_and_can_be_gone_on_with()
    {
        using var bench = new RecorderBench();
        await bench.Tell("""{"event_type":"chain:created","entity_id":"needle"}""");
        for (var i = 0; i < 60; i++) await bench.PostAll([.. Enumerable.Range(0, 2000).Select(_ => RecorderBench.Body("t"))]);
        var needle = new HistoryFilter { EntityIds = ["needle"] };
        var first = bench.Recorder.History.Backward(HistoryPosition.End, needle, 10);
        first.Lines.ShouldBeEmpty();
        bench.Recorder.History.Backward(first.Next!.Value, needle, 10).Lines.Count.ShouldBe(1);
        bench.Recorder.History.Forward(new HistoryPosition(1), needle, 10).Next!.Value.Seq.ShouldBe(100_001);
    }

    [Fact]
    public void Nothing_recorded_is_an_empty_page()
    {
        using var bench = new RecorderBench();
        Pages(next => bench.Recorder.History.Forward(next ?? default, HistoryFilter.All, 1)).ShouldBeEmpty();
        Pages(next => bench.Recorder.History.Backward(next ?? HistoryPosition.End, HistoryFilter.All, 1)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_is_shown_before_it_is_synced_and_everything_once_it_is_answered()
    {
        using var bench = new RecorderBench();
        var seen = new List<int>();
        bench.Disk.Watch = (operation, _, _) =>
        {
            if (operation == "sync") seen.Add(bench.Recorder.History.Forward(default, HistoryFilter.All, 10).Lines.Count);
        };
        await bench.Tell("""{"event_type":"chain:created","entity_id":"c"}""");
        bench.Disk.Watch = null;
        seen.ShouldNotBeEmpty();
        seen.ShouldAllBe(count => count == 0);
        bench.Recorder.History.Forward(default, HistoryFilter.All, 10).Lines.Count.ShouldBe(1);
    }

    private static string Large() => $$"""{"event_type":"x:y","entity_id":"x","filling":"{{new string('x', 5000)}}"}""";

    private static List<HistoryLine> Forward(RandomRecording recording, HistoryFilter filter, HistoryPosition after, Random random) =>
        Pages(next => recording.History.Forward(next ?? after, filter, 1 + random.Next(60)));

    private static List<HistoryLine> Backward(RandomRecording recording, HistoryFilter filter, Random random) =>
        Pages(next => recording.History.Backward(next ?? HistoryPosition.End, filter, 1 + random.Next(60)));

    private static List<HistoryLine> Pages(Func<HistoryPosition?, HistoryPage> read)
    {
        var lines = new List<HistoryLine>();
        HistoryPosition? next = null;
        do
        {
            var page = read(next);
            lines.AddRange(page.Lines);
            next = page.Next;
        }
        while (next is not null);
        return lines;
    }

    private static IEnumerable<string> Shown(IEnumerable<HistoryLine> lines) => lines.Select(l => $"{l.Position} {Encoding.UTF8.GetString(l.Json)}");

    private static List<string> Expected(IEnumerable<NaiveLine> lines) => [.. lines.Select(l => $"{new HistoryPosition(l.Seq, l.Unnumbered)} {l.Json}")];
}
