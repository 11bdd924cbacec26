using PipelineMetrics.Aggregation;
using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Metrics;

/// <summary>The figures for each step of a range.</summary>
/// <param name="Query">The question to the engine.</param>
/// <param name="MovesWithTheClock">Whether the range is between instants that were said relative to now.</param>
internal sealed record SeriesQuestion(SeriesQuery Query, bool MovesWithTheClock) : IQuestion
{
    public ComputedAnswer? Answer(Recorder recorder, DateTimeOffset now, out IResult? refusal)
    {
        refusal = null;
        if (recorder.Completions.Answer(Query, now, out var limit) is { } result)
        {
            var answer = new MetricsAnswer(SeriesJson.Write(result, Query.Figures, recorder.IdAt), MetricsTag.Of(result), result.TruncatedBefore);
            return new ComputedAnswer(answer, result.State.Version, now, result.HoldsUntil);
        }
        var error = limit!.Groups is { } groups ? TooManyGroups(limit, groups) : TooManySteps(limit);
        refusal = Problems.BadRequest($"The answer would be too long: '{error.Field}' {error.Rule}.", error);
        return null;
    }

    private FieldError TooManySteps(SeriesLimit limit) => new(
        Query.Step is null ? "since" : "step",
        $"must not give more than {Query.MaxSteps} steps; with step={limit.Step} there are {limit.Steps}, choose {Instead(limit, "a shorter range")}",
        Query.Step?.Name);

    private FieldError TooManyGroups(SeriesLimit limit, int groups) => new(
        "group_by",
        $"must not give more than {Query.MaxGroups} groups in all steps; with step={limit.Step} there are {limit.Steps} steps of up to {groups}, "
        + $"choose {Instead(limit, "a shorter range")}, a filter or fewer dimensions",
        string.Join(',', Query.Figures.GroupBy.Select(Dimensions.NameOf)));

    private static string Instead(SeriesLimit limit, string otherwise) => limit.Instead is { } step ? $"step={step}" : otherwise;
}
