using PipelineMetrics.Events;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Importing;

/// <summary>Makes facts of the lines of one import, in their order.</summary>
internal sealed class LineJudge(ImportFormat format, ReadingRules rules, KnownStarts starts)
{
    private readonly LineIds _ids = new();

    /// <summary>Reads and judges one line.</summary>
    /// <param name="text">The line.</param>
    /// <param name="fact">What it tells; null when it is rejected.</param>
    /// <param name="warnings">Things the sender should know although the line is taken.</param>
    /// <param name="rejection">Why it is rejected; null when it is not.</param>
    public bool TryJudge(ReadOnlySpan<byte> text, out Fact? fact, out IReadOnlyList<string> warnings, out Rejection? rejection)
    {
        (fact, warnings) = (null, []);
        var json = Trimmed(text);
        if (!TryRead(json, out var draft, out rejection)) return false;
        warnings = draft.Warnings;
        draft.Id ??= _ids.Next(json);
        if (draft is { EndsAttempt: true, Completion: { DurationMs: null, TaskId: { } task, CreatedAt: { } end } said })
            said.DurationMs = starts.DurationMs(new TaskKey(said.ChainId, task), end);
        if (!draft.TryJudge(rules, out var completion, out var happened, out rejection)) return false;
        if (happened is not null) starts.Note(happened);
        fact = completion is null ? new Fact(happened!, text.Length) : new Fact(completion, text.Length);
        return true;
    }

    private bool TryRead(ReadOnlySpan<byte> json, out LineDraft draft, out Rejection? rejection)
    {
        var shape = format is ImportFormat.Detect or ImportFormat.Native ? LineShape.Of(json) : new LineShape(format);
        switch (format == ImportFormat.Detect ? shape.Format : format)
        {
            case ImportFormat.Adr009:
                return Adr009Line.TryRead(json, rules, out draft, out rejection);
            case ImportFormat.Spec026:
                return Spec026Line.TryRead(json, rules, out draft, out rejection);
            case ImportFormat.Native:
                return NativeLine.TryRead(json, shape, rules, out draft, out rejection);
            default:
                draft = null!;
                rejection = Rejection.Invalid("unknown_format", new FieldProblem(
                    "", "has neither 'eventType' (adr-009) nor 'event_type' (native) nor 'task_id' (spec-026)", null));
                return false;
        }
    }

    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("\uFEFF"u8)) text = text[3..];
        return text.Trim(" \t\r\n"u8);
    }
}
