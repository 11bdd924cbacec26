using PipelineMetrics.Aggregation;
using static PipelineMetrics.Tests.Aggregation.RandomHistory;

namespace PipelineMetrics.Tests.Aggregation;

/// <summary>One writer and readers at once; the readers go on until the writer is done, at least a given number of times.</summary>
public sealed class ReadersBesideTheWriterTests
{
    private const int Facts = 3000;
    private static readonly MetricsQuery Week = new(TimeRange.Rolling(TimeSpan.FromDays(7))) { GroupBy = [Dimension.TaskType, Dimension.Status], Detail = true };
    private readonly CompletionTable _table = new(blockRows: 64);

    [Fact]
    public Task A_corrected_completion_counts_once_at_every_moment()
    {
        _table.Add(Made("first"), 1);
        return Beside(
            i => _table.Revise(1, Revision(i, failed: i % 2 == 0), i + 1),
            () =>
            {
                _table.Answer(Week, Now).Overall.Total.ShouldBe(1);
                _table.Count.ShouldBe(1);
            });
    }

    [Fact]
    public Task Sums_and_groups_belong_to_the_same_moment() => Beside(
        i => _table.Add(Made("t", type: $"type-{i % 7}", durationMs: 10, tokens: 3, failed: i % 3 == 0), i),
        () =>
        {
            var known = _table.Version;
            var answer = _table.Answer(Week, Now);
            var total = answer.Overall.Total;
            total.ShouldBeInRange(known, _table.Version);
            answer.Overall.Detail!.InputTokens.ShouldBe(new Sum(total * 3, total));
            answer.Overall.Duration.ShouldBe(new Sum(total * 10, total));
            answer.Overall.Failed.ShouldBe(total / 3);
            foreach (var groups in answer.Groups.Values) groups.Groups.Sum(g => g.Value.Total).ShouldBe(total);
        });

    [Fact]
    public Task Totals_never_miss_a_completion_while_others_are_corrected()
    {
        for (var i = 0; i < 100; i++) _table.Add(Made("t", type: $"type-{i % 7}"), i);
        return Beside(
            i => _table.Revise(i % 100, Revision(i), 100 + i),
            () => _table.Answer(Week, Now).Groups[Dimension.TaskType].Groups.Sum(g => g.Value.Total).ShouldBe(100));
    }

    [Fact]
    public Task Every_step_of_a_series_belongs_to_the_same_moment()
    {
        for (var i = 0; i < 100; i++) _table.Add(Made("t", createdAt: Now.AddHours(-i)), i);
        return Beside(
            i => _table.Revise(i % 100, Revision(i, createdAt: Now.AddHours(-(i * 7 % 100))), 100 + i),
            () => _table.Answer(new SeriesQuery(Week, null), Now, out _)!.Steps.Sum(s => s.Figures.Overall.Total).ShouldBe(100));
    }

    [Fact]
    public Task The_same_version_is_the_same_state_whoever_asks()
    {
        var states = new System.Collections.Concurrent.ConcurrentDictionary<long, MetricsState>();
        return Beside(
            i => _table.Add(Made("late", createdAt: Now.AddDays(-9).AddSeconds(i)), i),
            () =>
            {
                var state = _table.StateOf(Week.Range, Now);
                states.GetOrAdd(state.Version, state).ShouldBe(state);
            });
    }

    private static async Task Beside(Action<int> write, Action read)
    {
        using var done = new CancellationTokenSource();
        using var reading = new CountdownEvent(2);
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            reading.Signal();
            for (var reads = 0; reads < 100 || !done.IsCancellationRequested; reads++) read();
        })).ToArray();
        reading.Wait();
        try
        {
            for (var i = 1; i <= Facts; i++) write(i);
        }
        finally
        {
            await done.CancelAsync();
        }
        await Task.WhenAll(readers);
    }
}
