using System.Buffers.Text;
using System.Runtime.CompilerServices;
using PipelineMetrics.Events;

namespace PipelineMetrics.Counters;

/// <summary>The amounts of an attempt that are added up.</summary>
internal enum AttemptAmount
{
    InputTokens,
    OutputTokens,
    CacheReadTokens,
    CacheWriteTokens,
    ReasoningTokens,
    CostUsdMicros,
    Turns,
    ToolCalls,
    ToolErrors,
}

/// <summary>One number for each <see cref="AttemptAmount"/>; -1 where nobody said.</summary>
[InlineArray(Count)]
internal struct AttemptAmounts
{
    public const int Count = 9;
    private long _first;
}

/// <summary>What the counters take of a completion.</summary>
internal struct CountedAttempt
{
    /// <summary>Whoever tells it later tells what has been, which a rate per second must not show as what is.</summary>
    private static readonly long LatestMs = (long)TimeSpan.FromHours(1).TotalMilliseconds;

    private const string Unknown = "unknown";
    private static readonly int TypeField = CompletionFields.IndexOf("task_type");
    private static readonly int ModelField = CompletionFields.IndexOf("model");
    private static readonly int HarnessField = CompletionFields.IndexOf("harness");
    private static readonly int SourceField = CompletionFields.IndexOf("source");
    private static readonly int TurnsField = CompletionFields.IndexOf("turns");
    private static readonly int ToolCallsField = CompletionFields.IndexOf("tool_calls");
    private static readonly int ToolErrorsField = CompletionFields.IndexOf("tool_errors");
    private static readonly string[] ImportSources = ["import", "git-import"];

    public Outcome Outcome;
    public string Type;
    public string Model;
    public string Harness;

    /// <summary>Whether it was told as it finished.</summary>
    public bool IsLive;

    /// <summary>When it finished, Unix milliseconds.</summary>
    public long CreatedMs;

    /// <summary>How long it took, milliseconds; -1 when nobody said.</summary>
    public long DurationMs;

    public bool IsCostEstimated;
    public AttemptAmounts Amounts;

    /// <param name="completion">The completion.</param>
    /// <param name="isOurs">Whether this service wrote its line: only then is it known when it came.</param>
    public static CountedAttempt Of(Completion completion, bool isOurs)
    {
        var attempt = new CountedAttempt
        {
            Outcome = completion.Outcome,
            Type = completion.TaskType,
            Model = completion.Model,
            Harness = completion.Harness ?? Unknown,
            CreatedMs = completion.CreatedAt.ToUnixTimeMilliseconds(),
            DurationMs = completion.DurationMs ?? -1,
            IsCostEstimated = completion.CostSource == CostSource.Estimated,
        };
        attempt.IsLive = isOurs && WasTold(attempt.CreatedMs, completion.ReceivedAt?.ToUnixTimeMilliseconds() ?? -1, completion.Source);
        ReadOnlySpan<long?> amounts =
        [
            completion.ActualInputTokens, completion.ActualOutputTokens, completion.CacheReadTokens, completion.CacheWriteTokens,
            completion.ReasoningTokens, completion.ActualCostUsdMicros, completion.Turns, completion.ToolCalls, completion.ToolErrors,
        ];
        for (var i = 0; i < AttemptAmounts.Count; i++) attempt.Amounts[i] = amounts[i] ?? -1;
        return attempt;
    }

    /// <summary>Of a line in the form in which the service writes it, which is cheaper than by way of a <see cref="Completion"/>.</summary>
    public static bool TryRead(in CompletionLine line, out CountedAttempt attempt)
    {
        attempt = default;
        if (!CompletionDecoder.TryDecode(line, out var numbers) || line.Text(TypeField) is not { } type || line.Text(ModelField) is not { } model) return false;
        (attempt.Outcome, attempt.CreatedMs, attempt.DurationMs, attempt.IsCostEstimated) =
            (numbers.Outcome, numbers.CreatedMs, numbers.DurationMs, numbers.IsCostEstimated);
        (attempt.Type, attempt.Model, attempt.Harness) = (type, model, line.Text(HarnessField) ?? Unknown);
        attempt.IsLive = WasTold(numbers.CreatedMs, numbers.ReceivedMs, line.Text(SourceField));
        for (var i = 0; i <= (int)AttemptAmount.CostUsdMicros; i++) attempt.Amounts[i] = numbers.Details[(int)CompletionDetail.InputTokens + i];
        attempt.Amounts[(int)AttemptAmount.Turns] = Number(line, TurnsField);
        attempt.Amounts[(int)AttemptAmount.ToolCalls] = Number(line, ToolCallsField);
        attempt.Amounts[(int)AttemptAmount.ToolErrors] = Number(line, ToolErrorsField);
        return true;
    }

    private static bool WasTold(long createdMs, long receivedMs, string? source) =>
        (receivedMs < 0 || receivedMs - createdMs <= LatestMs) && (source is null || !ImportSources.Contains(source));

    private static long Number(in CompletionLine line, int field) =>
        Utf8Parser.TryParse(line.Raw(field), out long number, out var read) && read == line.Raw(field).Length ? number : -1;
}
