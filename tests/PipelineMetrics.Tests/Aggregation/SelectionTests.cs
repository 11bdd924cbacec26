using PipelineMetrics.Aggregation;

namespace PipelineMetrics.Tests.Aggregation;

public sealed class SelectionTests
{
    [Theory]
    [InlineData("random")]
    [InlineData("few values")]
    [InlineData("sorted")]
    [InlineData("reversed")]
    [InlineData("equal")]
    [InlineData("organ pipe")]
    public void Every_rank_is_the_value_that_sorting_puts_there(string shape)
    {
        foreach (var length in new[] { 1, 2, 3, 31, 32, 33, 100, 257 })
        {
            var values = Values(shape, length);
            var sorted = values.Order().ToArray();
            for (var i = 0; i < length; i++) Selection.At(values.ToArray(), i).ShouldBe(sorted[i], $"{shape} of {length} at {i}");
        }
    }

    private static uint[] Values(string shape, int length)
    {
        var random = new Random(length);
        return [.. Enumerable.Range(0, length).Select(i => shape switch
        {
            "random" => (uint)random.NextInt64(uint.MaxValue),
            "few values" => (uint)random.Next(3),
            "sorted" => (uint)i,
            "reversed" => (uint)(length - i),
            "equal" => 7u,
            _ => (uint)Math.Min(i, length - i),
        })];
    }
}
