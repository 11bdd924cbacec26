using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Recording;

/// <summary>What became of something that was sent.</summary>
public enum Verdict
{
    /// <summary>It is in the log, synced, and counted.</summary>
    Stored,

    /// <summary>The log had it before; nothing was written, or only what it adds, as a revision.</summary>
    Duplicate,

    /// <summary>It contradicts what is stored; the first stays.</summary>
    Conflict,

    /// <summary>It breaks a rule; nothing was written.</summary>
    Rejected,

    /// <summary>It names something nobody knows; nothing was written.</summary>
    Unknown,

    /// <summary>The disk has no room; nothing was kept, and sending it again with the same id is safe.</summary>
    DiskFull,

    /// <summary>It could not be made durable now; sending it again with the same id is safe.</summary>
    Unavailable,
}

/// <summary>The answer to one thing that was sent. It is given when the thing is settled: a stored line is synced and counted.</summary>
public sealed record Receipt(Verdict Verdict)
{
    /// <summary>The id of the line that holds it: the new one, or for a duplicate the first.</summary>
    public string? Id { get; init; }

    /// <summary>The seq of the line that was written; 0 when none was.</summary>
    public long Seq { get; init; }

    /// <summary>A stable word for programs; null when it was stored.</summary>
    public string? Code { get; init; }

    /// <summary>Why, in words; null when it was stored.</summary>
    public string? Reason { get; init; }

    /// <summary>The broken rules of a rejected one.</summary>
    public Rejection? Rejection { get; init; }

    /// <summary>The task after the change, for task commands.</summary>
    public TaskView? Task { get; init; }

    /// <summary>Whether the log holds what was sent.</summary>
    public bool IsKept => Verdict is Verdict.Stored or Verdict.Duplicate;

    internal static Receipt Refused(Verdict verdict, string code, string reason) => new(verdict) { Code = code, Reason = reason };

    internal static Receipt Of(Rejection rejection) => new(Verdict.Rejected) { Code = rejection.Code, Reason = rejection.Reason, Rejection = rejection };
}

/// <summary>What became of a block of completions.</summary>
/// <param name="Stored">How many were stored together; all or none.</param>
/// <param name="FirstSeq">The seq of the first of them; the others follow it.</param>
/// <param name="Each">Otherwise the receipt of each, in order.</param>
public sealed record BlockReceipt(int Stored, long FirstSeq, IReadOnlyList<Receipt> Each);
