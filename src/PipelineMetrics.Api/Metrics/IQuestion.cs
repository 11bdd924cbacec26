using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Metrics;

/// <summary>A question about the figures, as a route reads it from a query.</summary>
internal interface IQuestion
{
    /// <summary>Whether the range is between instants that were said relative to now.</summary>
    bool MovesWithTheClock { get; }

    /// <summary>The answer at a moment, or why there is none.</summary>
    ComputedAnswer? Answer(Recorder recorder, DateTimeOffset now, out IResult? refusal);
}

/// <summary>Reads a question; when there is a refusal, there is none.</summary>
internal delegate IQuestion ReadQuestion(QueryReader query, DateTimeOffset now, out IResult? refusal);

/// <summary>An answer and how long it holds.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Version">How many facts it was made of.</param>
/// <param name="AskedAt">From when it holds.</param>
/// <param name="HoldsUntil">Until when it does, the instant included, as long as no fact is applied.</param>
internal sealed record ComputedAnswer(MetricsAnswer Answer, long Version, DateTimeOffset AskedAt, DateTimeOffset HoldsUntil);
