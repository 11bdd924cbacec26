using Microsoft.AspNetCore.Http.HttpResults;
using PipelineMetrics.Contracts;
using PipelineMetrics.Events;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Hosting.Errors;

/// <summary>The engine's no as HTTP says it.</summary>
internal static class Refusals
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    /// <summary>400 for what cannot be read, 422 for what breaks a rule.</summary>
    public static ProblemHttpResult Of(Rejection rejection) => Problems.Result(
        rejection.Kind == RejectionKind.Unreadable ? StatusCodes.Status400BadRequest : StatusCodes.Status422UnprocessableEntity,
        rejection.Code, $"Nothing was stored: {rejection.Reason}.", [.. rejection.Problems.Select(p => new FieldError(p.Field, p.Rule, p.Value))]);

    /// <summary>The answer to one command that was not carried out.</summary>
    public static ProblemHttpResult Of(Receipt receipt) =>
        receipt.Rejection is { } rejection ? Of(rejection)
        : Problems.Result(StatusOf(receipt.Verdict), receipt.Code!, receipt.Reason!, retryAfter: PauseOf(receipt));

    /// <summary>What ended many before all of them were stored.</summary>
    /// <param name="receipt">Why.</param>
    /// <param name="stored">How many are stored all the same; the reason speaks of the others only.</param>
    /// <param name="durable">What is durable, as members of the problem.</param>
    public static ProblemHttpResult Of(Receipt receipt, long stored, IReadOnlyDictionary<string, object?> durable)
    {
        var detail = stored == 0 ? receipt.Reason! : $"{stored} {(stored == 1 ? "line is" : "lines are")} stored. Of the others: {receipt.Reason}";
        return Problems.Result(StatusOf(receipt.Verdict), receipt.Code!, detail, retryAfter: PauseOf(receipt), members: durable);
    }

    /// <summary>A body of many that became unreadable on the way: what is durable of it is said.</summary>
    public static ProblemHttpResult Of(Exception senders, IReadOnlyDictionary<string, object?> durable)
    {
        var status = ErrorHandling.StatusOf(senders);
        var (code, detail) = ProblemCodes.Of(status);
        return Problems.Result(status, code, senders is BadHttpRequestException ? senders.Message : detail, members: durable);
    }

    /// <summary>The receipt of a batch as members of a problem.</summary>
    public static IReadOnlyDictionary<string, object?> Members(BatchReceipt batch) => Said(new()
    {
        ["stored"] = batch.Stored,
        ["duplicate"] = batch.Duplicate,
        ["rejected"] = batch.Rejected,
        ["first_seq"] = batch.FirstSeq,
        ["last_seq"] = batch.LastSeq,
        ["results"] = batch.Results,
        ["results_left_out"] = batch.ResultsLeftOut,
        ["warnings"] = batch.Warnings,
    });

    /// <summary>The receipt of an import as members of a problem.</summary>
    public static IReadOnlyDictionary<string, object?> Members(ImportReceipt import) => Said(new()
    {
        ["dry_run"] = import.DryRun ? true : null,
        ["read"] = import.Read,
        ["imported"] = import.Imported,
        ["duplicate"] = import.Duplicate,
        ["rejected_count"] = import.RejectedCount,
        ["completions"] = import.Completions,
        ["events"] = import.Events,
        ["first_seq"] = import.FirstSeq,
        ["last_seq"] = import.LastSeq,
        ["rejected"] = import.Rejected,
        ["warnings"] = import.Warnings,
    });

    // Absent instead of null, as in every answer.
    private static Dictionary<string, object?> Said(Dictionary<string, object?> members) => members.Where(m => m.Value is not null).ToDictionary();

    private static TimeSpan? PauseOf(Receipt receipt) => receipt.Verdict is Verdict.DiskFull or Verdict.Unavailable ? RetryAfter : null;

    private static int StatusOf(Verdict verdict) => verdict switch
    {
        Verdict.Conflict => StatusCodes.Status409Conflict,
        Verdict.Unknown => StatusCodes.Status404NotFound,
        Verdict.DiskFull => StatusCodes.Status507InsufficientStorage,
        Verdict.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
