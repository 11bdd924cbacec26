using PipelineMetrics.Events;

namespace PipelineMetrics.Importing;

/// <summary>The lines of spec 026: a completion with at least its six fields.</summary>
internal static class Spec026Line
{
    // How the first implementation wrote the member of an enumeration.
    private const string EnumName = "TaskType.";

    public static bool TryRead(ReadOnlySpan<byte> json, ReadingRules rules, out LineDraft line, out Rejection? rejection)
    {
        var isRead = CompletionDraft.TryRead(json, rules, out var draft, out rejection);
        if (isRead && draft.DurationMs is null)
            rejection = Rejection.Invalid("invalid_completion", new FieldProblem("duration_seconds", "is required: seconds of wall clock", null));
        draft.Source ??= Sources.Import;
        var warning = RepairTaskType(draft);
        line = new LineDraft(draft) { Warnings = warning is null ? draft.Warnings : [.. draft.Warnings, warning] };
        return rejection is null;
    }

    private static string? RepairTaskType(CompletionDraft draft)
    {
        var written = draft.TaskType;
        if (written is null || written.Length == EnumName.Length || !written.StartsWith(EnumName, StringComparison.Ordinal)) return null;
        draft.TaskType = written[EnumName.Length..].ToLowerInvariant();
        return $"task_type '{FieldProblem.OneLine(written)}' was taken for '{FieldProblem.OneLine(draft.TaskType)}'";
    }
}
