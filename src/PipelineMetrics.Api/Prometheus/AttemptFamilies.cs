using System.Globalization;
using PipelineMetrics.Counters;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Prometheus;

/// <summary>The counters of finished attempts as families.</summary>
internal static class AttemptFamilies
{
    private static readonly string[] Bounds = [.. DurationSteps.UpperSeconds.Select(seconds => seconds.ToString("0.0", CultureInfo.InvariantCulture))];

    private static readonly Shape[] Shapes =
    [
        new(AttemptCounter.Attempts, "agent_tasks", "Finished attempts at tasks."),
        new(AttemptCounter.Durations, "agent_task_duration_seconds", "How long attempts took.", Divisor: 1000),
        new(AttemptCounter.Tokens, "agent_task_tokens", "Tokens that attempts used; the kinds are disjoint."),
        new(AttemptCounter.ReasoningTokens, "agent_task_reasoning_tokens", "Reasoning tokens, which the output tokens hold too."),
        new(AttemptCounter.CostUsdMicros, "agent_task_cost_usd", "Cost of attempts in US dollars.", Divisor: 1_000_000),
        new(AttemptCounter.Unpriced, "agent_task_unpriced", "Attempts with tokens whose cost was not known when they were recorded."),
        new(AttemptCounter.ToolCalls, "agent_task_tool_calls", "Calls of tools, by the outcome of the attempt."),
        new(AttemptCounter.ToolErrors, "agent_task_tool_errors", "Calls of tools that failed, by the outcome of the attempt."),
        new(AttemptCounter.Turns, "agent_task_turns", "Turns of attempts."),
        new(AttemptCounter.LastCompletionMs, "agent_task_last_completion_timestamp_seconds", "When the newest attempt finished, Unix time.", Divisor: 1000),
        new(AttemptCounter.Backfilled, "agent_tasks_backfilled", "Attempts that were not told within an hour or were imported; they are in no other counter."),
    ];

    public static IEnumerable<Family> Of(CounterFigures figures) => Shapes.Select(shape => Of(figures, shape));

    private static Family Of(CounterFigures figures, Shape shape)
    {
        var labels = CounterFigures.LabelsOf(shape.Counter).Select(label => label.ToString().ToLowerInvariant());
        var family = new Family(shape.Name, shape.Type, shape.Help, [.. labels]);
        foreach (var series in figures[shape.Counter])
        {
            if (shape.Type != FamilyType.Histogram) family.Add(series.Values[0] / shape.Divisor, series.Labels);
            else family.AddHistogram(Bounds, [.. series.Values.SkipLast(1)], series.Values[^1] / shape.Divisor, series.Labels);
        }
        return family;
    }

    private sealed record Shape(AttemptCounter Counter, string Name, string Help, decimal Divisor = 1)
    {
        public FamilyType Type => Counter switch
        {
            AttemptCounter.Durations => FamilyType.Histogram,
            AttemptCounter.LastCompletionMs => FamilyType.Gauge,
            _ => FamilyType.Counter,
        };
    }
}
