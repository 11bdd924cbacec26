using PipelineMetrics.Events;

namespace PipelineMetrics.Importing;

/// <summary>Lines of our own, as a log or an export has them. Their number and checksum are given anew; how they were known stays.</summary>
internal static class NativeLine
{
    private static readonly ulong WorkedOut =
        CompletionFields.Reader.Bit("actual_cost_usd_micros") | CompletionFields.Reader.Bit("cost_source");

    public static bool TryRead(ReadOnlySpan<byte> json, LineShape shape, ReadingRules rules, out LineDraft line, out Rejection? rejection)
    {
        if (shape is { IsEvent: true, EndsAttempt: false })
        {
            var isEvent = EventDraft.TryRead(json, rules, out var happened, out rejection);
            line = new LineDraft(happened);
            return isEvent;
        }
        var isCompletion = shape.EndsAttempt
            ? CompletionDraft.TryReadEndOfTask(json, rules, out var completion, out rejection)
            : CompletionDraft.TryRead(json, rules, out completion, out rejection);
        // What is worked out is not compared: with the prices of another day it comes out otherwise.
        if (completion.CostSource == CostSource.Estimated) completion.Sent &= ~WorkedOut;
        line = new LineDraft(completion) { EndsAttempt = shape.EndsAttempt };
        return isCompletion;
    }
}
