using Microsoft.Extensions.Logging;
using PipelineMetrics.Log;

namespace PipelineMetrics.Recording;

/// <summary>
/// The commit thread, and the order of everything that matters: decide, write and sync, apply, answer. Nothing outside sees a fact
/// before it is durable, and no cancellation reaches in here: a caller that leaves changes nothing for the others.
/// </summary>
internal sealed class CommitLoop(CommitQueue queue, Journal journal, Projection state, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan IdleCheck = TimeSpan.FromSeconds(1);
    private readonly List<Submission> _open = [];

    /// <summary>Why the loop ended before it was told to; null while all is well.</summary>
    public string? Failure { get; private set; }

    /// <summary>Runs until the queue is closed and empty.</summary>
    public void Run()
    {
        try
        {
            while (queue.TryTake(IdleCheck, out var taken))
            {
                if (taken.Count == 0) journal.Tick(state.Apply);
                _open.AddRange(taken);
                while (_open.Count > 0) CommitOnce();
            }
        }
        catch (Exception e)
        {
            // Whatever went wrong, waiting callers must hear of it, and nothing may be acknowledged any more.
            Fail(e);
        }
    }

    private void CommitOnce()
    {
        if (!TryFollowOthers()) return;
        var plan = new CommitPlan(state, clock.GetUtcNow());
        Decide(plan);
        Write(plan);
        AnswerDecided();
    }

    // Lines that others appended come before ours; a file that is not ours any more takes nothing.
    private bool TryFollowOthers()
    {
        try
        {
            journal.AdoptForeignLines(state.Apply);
            return true;
        }
        catch (IOException e)
        {
            RefuseAll(WriteFailure.ReceiptFor(e));
            return false;
        }
    }

    /// <summary>Decides in the order of arrival, up to the first command that depends on this very commit.</summary>
    private void Decide(CommitPlan plan)
    {
        foreach (var submission in _open)
        {
            for (; !submission.IsDecided; submission.Next++)
            {
                if (!submission.Commands[submission.Next].TryDecide(plan)) return;
            }
        }
    }

    private void Write(CommitPlan plan)
    {
        var lines = plan.Lines;
        if (lines.Count == 0) return;
        var seq = journal.NextSeq;
        var outcome = Commit([.. lines.Select((line, i) => line.Encode(seq + i, plan.Now))]);
        for (var i = 0; i < outcome.Committed; i++) lines[i].ApplyTo(state);
        for (var i = 0; i < lines.Count; i++)
        {
            if (i < outcome.Committed) lines[i].SettleStored(state);
            else lines[i].SettleFailed(WriteFailure.ReceiptFor(outcome.Failure!));
        }
        if (outcome.Failure is { } failure) logger.LogError(failure, "{Count} lines could not be made durable", lines.Count - outcome.Committed);
    }

    private CommitOutcome Commit(IReadOnlyList<PendingLine> lines)
    {
        try
        {
            return journal.Commit(lines);
        }
        catch (LogStoppedException e)
        {
            return new CommitOutcome(0, e);
        }
    }

    private void AnswerDecided()
    {
        var decided = 0;
        while (decided < _open.Count && _open[decided].IsDecided) _open[decided++].Complete();
        _open.RemoveRange(0, decided);
    }

    private void RefuseAll(Receipt receipt)
    {
        foreach (var submission in _open) submission.Refuse(receipt);
        _open.Clear();
    }

    private void Fail(Exception e)
    {
        logger.LogCritical(e, "The commit thread ended; nothing is stored any more until the service is restarted");
        Failure = "The commit thread ended because of an internal error; restart the service.";
        queue.Close();
        var refused = Receipt.Refused(Verdict.Unavailable, "log_stopped", Failure);
        RefuseAll(refused);
        while (queue.TryTake(TimeSpan.Zero, out var rest))
        {
            foreach (var submission in rest) submission.Refuse(refused);
        }
    }
}
