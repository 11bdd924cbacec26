using PipelineMetrics.Aggregation;
using PipelineMetrics.Api.Hosting.OpenApi;
using PipelineMetrics.Api.Hosting.Requests;

namespace PipelineMetrics.Api.Metrics;

/// <summary>Reads the parameters of a series: those of the figures, and the step.</summary>
internal static class SeriesParameters
{
    private static readonly string Steps = string.Join(", ", CalendarStep.All);

    /// <summary>All parameters, for the reference.</summary>
    public static IEnumerable<object> Described => MetricsParameters.DescribedWith(new TakesParameter(
        "step", $"How long a step is: {Steps}. Steps lie on the edges of the UTC calendar; weeks begin on Monday. Default: the shortest that gives about 200 steps at most."));

    public static SeriesQuestion Read(QueryReader query, DateTimeOffset now, out IResult? refusal)
    {
        var figures = MetricsParameters.ReadFigures(query, now, out var movesWithTheClock);
        var step = default(CalendarStep);
        if (query.One("step") is { Length: > 0 } name && !CalendarStep.TryParse(name, out step)) query.Add("step", $"must be one of {Steps}", name);
        refusal = query.Refusal();
        return new SeriesQuestion(new SeriesQuery(figures, step), movesWithTheClock);
    }
}
