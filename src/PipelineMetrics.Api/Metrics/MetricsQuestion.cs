using PipelineMetrics.Aggregation;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Metrics;

/// <summary>What is asked for: the query to the engine and what of its answer is shown.</summary>
/// <param name="Query">The question to the engine.</param>
/// <param name="Only">The one top-level key to show; null shows all.</param>
/// <param name="GroupBy">Dimensions shown besides those of the contract, and with percentiles.</param>
/// <param name="MovesWithTheClock">Whether the range is between instants that were said relative to now.</param>
internal sealed record MetricsQuestion(MetricsQuery Query, string? Only, IReadOnlyList<Dimension> GroupBy, bool MovesWithTheClock) : IQuestion
{
    public bool Shows(string key) => Only is null || Only == key;

    public ComputedAnswer? Answer(Recorder recorder, DateTimeOffset now, out IResult? refusal)
    {
        refusal = null;
        var result = recorder.Completions.Answer(Query, now);
        var answer = new MetricsAnswer(MetricsJson.Write(result, this, recorder.IdAt), MetricsTag.Of(result.State, Query.Range, result.TruncatedBefore), result.TruncatedBefore);
        return new ComputedAnswer(answer, result.State.Version, now, result.HoldsUntil);
    }
}
