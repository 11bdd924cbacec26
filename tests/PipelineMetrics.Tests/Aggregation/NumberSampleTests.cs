using PipelineMetrics.Aggregation;

namespace PipelineMetrics.Tests.Aggregation;

public sealed class NumberSampleTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(9, 50)]
    [InlineData(70, 3)]
    [InlineData(1000, 100)]
    [InlineData(20_000, 20)]
    public void Percentiles_are_those_that_sorting_gives_however_large_the_numbers_are(int count, int percentLarge)
    {
        var random = new Random(count);
        var numbers = Enumerable.Range(0, count).Select(_ => random.Next(100) < percentLarge ? Large(random) : random.Next(100_000)).ToList();
        using var sample = new NumberSample(count + 1);
        sample.Add(-1);
        numbers.ForEach(sample.Add);
        sample.ToDistribution().ShouldBe(NaiveDistribution(numbers));
    }

    [Fact]
    public void Without_a_number_there_is_no_percentile()
    {
        using var sample = new NumberSample(0);
        sample.ToDistribution().ShouldBe(Distribution.Unknown);
    }

    /// <summary>The percentiles of numbers that are sorted.</summary>
    internal static Distribution NaiveDistribution(List<long> numbers)
    {
        var sorted = numbers.Order().ToList();
        long? At(int percent) => sorted.Count == 0 ? null : sorted[(int)Math.Ceiling(sorted.Count * percent / 100m) - 1];
        return new Distribution(sorted.Count, At(10), At(25), At(50), At(75), At(90));
    }

    // Around the largest that fits into 32 bits, and up to the largest of all.
    private static long Large(Random random) => random.Next(2) == 0 ? uint.MaxValue + random.NextInt64(-2, 3) : random.NextInt64(long.MaxValue);
}
