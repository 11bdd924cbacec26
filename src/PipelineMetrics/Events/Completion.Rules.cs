namespace PipelineMetrics.Events;

public sealed partial class Completion
{
    /// <summary>The source of what arrives through the API; it is not written, so that lines stay short.</summary>
    public const string DefaultSource = "api";

    /// <summary>How far ahead of the service a caller's clock may run: 5 minutes.</summary>
    public static readonly TimeSpan MaxClockSkew = TimeSpan.FromMinutes(5);

    internal const string Unknown = "unknown";

    /// <summary>Makes a completion of a draft: fills the defaults and checks what fields must be to each other.</summary>
    /// <param name="draft">What was said. The completion keeps its own copy.</param>
    /// <param name="rules">How strictly to judge.</param>
    /// <param name="completion">The completion, when true is returned.</param>
    /// <param name="rejection">Every broken rule, when false is returned.</param>
    public static bool TryCreate(CompletionDraft draft, ReadingRules rules, out Completion completion, out Rejection? rejection)
    {
        var fields = draft.Clone();
        fields.Sent ??= Present(fields);
        var problems = new List<FieldProblem>();
        CompletionFields.Reader.Settle(fields, problems);
        return TryJudge(fields, rules, problems, out completion, out rejection);
    }

    /// <summary>The outcome that was said, else what the status says.</summary>
    internal static Outcome? OutcomeOf(CompletionDraft fields) => fields.Outcome ?? fields.Status switch
    {
        CompletionStatus.Completed => Events.Outcome.Success,
        CompletionStatus.Failed => Events.Outcome.Failure,
        _ => null,
    };

    // The fields are each right on their own; they become the completion's.
    private static bool TryJudge(
        CompletionDraft fields, ReadingRules rules, List<FieldProblem> problems, out Completion completion, out Rejection? rejection)
    {
        TakeStatus(fields);
        CheckRequired(fields, rules, problems);
        CheckAgreement(fields, problems);
        if (rules.Now is { } now) Arrive(fields, now, problems);
        fields.TaskType ??= Unknown;
        fields.Model ??= Unknown;
        if (fields.Source == DefaultSource) fields.Source = null;
        completion = problems.Count == 0 ? new Completion(fields) : null!;
        rejection = problems.Count == 0 ? null : Rejection.Invalid("invalid_completion", problems);
        return rejection is null;
    }

    private static void TakeStatus(CompletionDraft fields) => fields.Status ??= fields.Outcome switch
    {
        null => null,
        Events.Outcome.Success => CompletionStatus.Completed,
        _ => CompletionStatus.Failed,
    };

    private static void CheckRequired(CompletionDraft fields, ReadingRules rules, List<FieldProblem> problems)
    {
        if (fields.TaskId is null) problems.Add(new FieldProblem("task_id", "is required", null));
        if (fields.Status is null) problems.Add(new FieldProblem("status", "is required: completed or failed (or give outcome)", null));
        if (fields.DurationMs is null && rules.DurationRequired)
            problems.Add(new FieldProblem("duration_seconds", "is required: seconds of wall clock (or give task_duration_ms)", null));
        if (fields.CreatedAt is null && rules.Now is null) problems.Add(new FieldProblem("created_at", "is required", null));
        if (fields.Revision is not null && fields.Revises is null)
            problems.Add(new FieldProblem("revises", "is required with revision", null));
    }

    private static void CheckAgreement(CompletionDraft fields, List<FieldProblem> problems)
    {
        if (Contradicts(fields))
            problems.Add(new FieldProblem("outcome", "must not contradict status", Words.Outcome[fields.Outcome!.Value].Value));
        if (GatesThatFailedWithoutRunning(fields) is { Count: > 0 } gates)
            problems.Add(new FieldProblem("quality_gates_failed", "must be a subset of quality_gates_run", FieldProblem.OneLine(string.Join(", ", gates))));
        if (fields.ReasoningTokens > fields.ActualOutputTokens)
            problems.Add(new FieldProblem("reasoning_tokens", "must not exceed actual_output_tokens, which include them", $"{fields.ReasoningTokens}"));
        if (fields.ToolErrors > fields.ToolCalls)
            problems.Add(new FieldProblem("tool_errors", "must not exceed tool_calls", $"{fields.ToolErrors}"));
        if (fields.Revises is not null && fields.Revises == fields.Id)
            problems.Add(new FieldProblem("revises", "must not be the completion's own id", FieldProblem.OneLine(fields.Id)));
    }

    private static List<string>? GatesThatFailedWithoutRunning(CompletionDraft fields) =>
        fields.QualityGatesFailed?.Except(fields.QualityGatesRun ?? [], StringComparer.Ordinal).ToList();

    private static bool Contradicts(CompletionDraft fields) => (fields.Status, fields.Outcome) switch
    {
        (_, null) or (null, _) => false,
        (CompletionStatus.Completed, Events.Outcome.Success or Events.Outcome.Partial) => false,
        (CompletionStatus.Failed, not Events.Outcome.Success) => false,
        _ => true,
    };

    private static void Arrive(CompletionDraft fields, DateTimeOffset now, List<FieldProblem> problems)
    {
        var received = Instant.Truncate(now);
        fields.CreatedAt ??= received;
        if (fields.CreatedAt > received + MaxClockSkew)
            problems.Add(new FieldProblem(
                "created_at", $"must be at most {MaxClockSkew.TotalMinutes:0} minutes ahead of the service, which has {Instant.ToText(received)}",
                Instant.ToText(fields.CreatedAt.Value)));
        fields.ReceivedAt = SaysWhenReceived(fields.CreatedAt.Value, received) ? received : null;
    }

    // Only worth a field when it says something: a runner that reports late, or whose clock is off.
    internal static bool SaysWhenReceived(DateTimeOffset created, DateTimeOffset received) => (received - created).Duration() > TimeSpan.FromSeconds(1);
}
