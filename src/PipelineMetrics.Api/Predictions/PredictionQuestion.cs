using PipelineMetrics.Aggregation;
using PipelineMetrics.Analysis;
using PipelineMetrics.Api.Hosting.OpenApi;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Api.Metrics;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Predictions;

/// <summary>What a task will probably come to.</summary>
/// <param name="Kind">What is known of the task.</param>
/// <param name="Range">The history to go by.</param>
/// <param name="MovesWithTheClock">Whether the range is between instants that were said relative to now.</param>
internal sealed record PredictionQuestion(TaskKind Kind, TimeRange Range, bool MovesWithTheClock) : IQuestion
{
    /// <summary>All parameters, for the reference.</summary>
    public static IEnumerable<object> Described =>
    [
        new TakesParameter("task_type", "What kind of work the task is. At least one of this and the next three must be given."),
        new TakesParameter("model", "The model that is to do it."),
        new TakesParameter("provider", "Who serves the model."),
        new TakesParameter("complexity", "How hard the task is."),
        new TakesParameter("window", "How far back the history is taken into account: 90s, 30m, 24h, 7d, 2w; default 90d."),
        new TakesParameter("window_days", "The same in days, 1 to 90."),
        new TakesParameter("since", "Instead of a window: from this instant on (RFC 3339), or this long back from now (24h)."),
        new TakesParameter("until", "Instead of a window: before this instant, or this long back from now."),
        new TakesParameter("If-None-Match", "The ETag of an earlier answer to the same question; 304 when no figure can have changed.", IsHeader: true),
    ];

    public static PredictionQuestion Read(QueryReader query, DateTimeOffset now, out IResult? refusal)
    {
        var range = TimeRangeParameters.Read(query, now, TimeRange.Rolling(Predictor.DefaultWindow), out var movesWithTheClock);
        var kind = new TaskKind(query.One("task_type"), query.One("model"), query.One("provider"), query.One("complexity"));
        if (kind is { TaskType: null, Model: null, Provider: null, Complexity: null }) query.Add("task_type", "is required, or model, provider or complexity", null);
        refusal = query.Refusal();
        return new PredictionQuestion(kind, range, movesWithTheClock);
    }

    public ComputedAnswer? Answer(Recorder recorder, DateTimeOffset now, out IResult? refusal)
    {
        refusal = null;
        var prediction = recorder.Predictor.Predict(Kind, Range, now);
        var tag = MetricsTag.Of(prediction.State, Range, prediction.TruncatedBefore);
        var answer = new MetricsAnswer(PredictionJson.Write(Kind, prediction), tag, prediction.TruncatedBefore);
        return new ComputedAnswer(answer, prediction.State.Version, now, prediction.HoldsUntil);
    }
}
