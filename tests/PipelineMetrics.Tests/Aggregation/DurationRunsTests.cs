using PipelineMetrics.Aggregation;

namespace PipelineMetrics.Tests.Aggregation;

public sealed class DurationRunsTests
{
    private static readonly int[] Percents = [0, 1, 50, 90, 95, 99, 100];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 21)]
    [InlineData(1, 64)]
    [InlineData(5, 13)]
    [InlineData(40, 100)]
    [InlineData(2, 8192)]
    [InlineData(1, 16_385)]
    [InlineData(30, 3000)]
    public void However_many_values_there_are_each_rank_is_the_value_that_sorting_puts_there(int runs, int length)
    {
        var random = new Random(runs * length);
        var values = Enumerable.Range(0, runs).Select(_ => Values(random, length)).ToList();
        using var durations = new DurationRuns([.. values.Select(v => v.Length)]);
        for (var run = 0; run < runs; run++)
        {
            foreach (var ms in values[run]) durations.Values[durations.Ends[run]++] = ms;
            var known = values[run].Where(ms => ms != Block.UnknownDuration).ToList();
            durations.Sums[run] = new Sum(known.Sum(ms => ms), known.Count);
        }
        foreach (var union in new[] { [0], Enumerable.Range(0, runs).ToArray(), [.. Enumerable.Range(0, runs).Where(_ => random.Next(2) == 0).Append(runs - 1).Distinct()] })
        {
            var sorted = union.SelectMany(run => values[run]).Where(ms => ms != Block.UnknownDuration).Order().ToList();
            if (sorted.Count > 0) durations.At(union, Percents).ShouldBe(Percents.Select(p => NearestRank(sorted, p)));
        }
    }

    private static uint NearestRank(List<uint> sorted, int percent) => sorted[Math.Max(0, (int)Math.Ceiling(sorted.Count * percent / 100m) - 1)];

    // Some are equal, some unknown, some as long as a duration may be.
    private static uint[] Values(Random random, int length) => [.. Enumerable.Range(0, length).Select(_ => random.Next(10) switch
    {
        0 => Block.UnknownDuration,
        1 => (uint)random.NextInt64(30L * 86_400_000),
        2 => 5000u,
        _ => (uint)Math.Exp(random.NextDouble() * 16),
    })];
}
