using Microsoft.Extensions.Logging;
using PipelineMetrics.History;
using PipelineMetrics.Log;

namespace PipelineMetrics.Recording;

/// <summary>
/// The commit thread, and the order of everything that matters: decide, write and sync, apply, answer. Nothing outside sees a fact
/// before it is durable, and no cancellation reaches in here: a caller that leaves changes nothing for the others.
/// </summary>
internal sealed class CommitLoop(CommitQueue queue, Journal journal, Projection state, TimeProvider clock, ILogger logger)
{
    private const int AttemptsBesideOthers = 100;
    private static readonly TimeSpan IdleCheck = TimeSpan.FromSeconds(1);
    private readonly List<Submission> _open = [];
    private Projection _state = state;
    private long _lastTick;
    private int _lostRaces;

    /// <summary>Why the loop ended before it was told to; null while all is well.</summary>
    public string? Failure { get; private set; }

    /// <summary>What everybody sees.</summary>
    public Projection State => Volatile.Read(ref _state);

    /// <summary>Short work that must not meet a commit.</summary>
    public BetweenCommits Between { get; } = new(queue);

    /// <summary>How far the history may be shown.</summary>
    public HistoryHead Shown { get; } = new();

    /// <summary>Runs until the queue is closed and empty.</summary>
    public void Run()
    {
        try
        {
            while (queue.TryTake(IdleCheck, out var taken))
            {
                // First, so that whatever goes wrong finds them here and answers them.
                _open.AddRange(taken);
                Between.DoWaiting();
                TickWhenDue();
                while (_open.Count > 0) CommitOnce();
            }
        }
        catch (Exception e)
        {
            // Whatever went wrong, waiting callers must hear of it, and nothing may be acknowledged any more.
            Fail(e);
        }
        finally
        {
            Between.Close();
        }
    }

    /// <summary>Everybody sees another state from now on, made of the same log. The commit thread, between two commits.</summary>
    public void Show(Projection other) => Volatile.Write(ref _state, other);

    // The journal wants its turn about once a second, under load too.
    private void TickWhenDue()
    {
        if (clock.GetElapsedTime(_lastTick) < IdleCheck) return;
        journal.Tick(_state.Apply);
        Shown.MoveTo(journal.NextSeq - 1);
        _state.Completions.Advance(clock.GetUtcNow());
        _lastTick = clock.GetTimestamp();
    }

    /// <summary>Seals the active files, with what others appended to them. The commit thread, between two commits.</summary>
    public void Seal()
    {
        journal.AdoptForeignLines(_state.Apply);
        _state.Settle();
        journal.Seal();
        Shown.MoveTo(journal.NextSeq - 1);
    }

    private void CommitOnce()
    {
        // Lines that others appended come before ours.
        journal.AdoptForeignLines(_state.Apply);
        _state.Settle();
        var plan = new CommitPlan(_state, clock.GetUtcNow());
        Decide(plan);
        Write(plan);
        // Before the answers, so that whoever was answered finds it in the history.
        Shown.MoveTo(journal.NextSeq - 1);
        AnswerDecided();
    }

    /// <summary>Decides in the order of arrival, up to the first command that depends on this very commit.</summary>
    private void Decide(CommitPlan plan)
    {
        foreach (var submission in _open)
        {
            for (; !submission.IsDecided; submission.Next++)
            {
                var command = submission.Commands[submission.Next];
                if (plan.IsFull || (command.Receipt is null && !TryDecide(command, plan))) return;
                plan.Count(command.Bytes);
            }
        }
    }

    private static bool TryDecide(Command command, CommitPlan plan)
    {
        try
        {
            return (command is RecordBlock || !plan.HasBlocks) && command.TryDecide(plan);
        }
        catch (DiskException e)
        {
            // An old line that decides about this one cannot be read; the others do not depend on it.
            command.Settle(WriteFailure.Unreadable($"{e.Fault}"));
            return true;
        }
    }

    private void Write(CommitPlan plan)
    {
        var planned = plan.Lines;
        if (planned.Count == 0) return;
        var lines = new List<PendingLine>(planned.Count);
        var seq = journal.NextSeq;
        foreach (var part in planned) part.Encode(seq + lines.Count, plan.Now, lines);
        var (committed, failure) = Commit(lines);
        var stored = HowManyIn(planned, committed);
        for (var i = 0; i < stored; i++) planned[i].ApplyTo(_state);
        _state.Settle();
        for (var i = 0; i < stored; i++) planned[i].SettleStored(_state);
        if (failure is null) _lostRaces = 0;
        else if (LostARace(failure)) _open.ForEach(submission => submission.Rewind());
        else Refuse([.. planned.Skip(stored)], failure);
    }

    // Events are durable before completions are written, so it may be a part of them.
    private static int HowManyIn(IReadOnlyList<IPlanned> planned, int lines)
    {
        var count = 0;
        while (count < planned.Count && planned[count].Count <= lines) lines -= planned[count++].Count;
        return count;
    }

    /// <summary>How many of the lines are durable, and what stopped the rest.</summary>
    private (int Committed, Exception? Failure) Commit(List<PendingLine> lines)
    {
        try
        {
            var outcome = journal.Commit(lines);
            return (outcome.Committed, outcome.Failure);
        }
        catch (LogStoppedException e)
        {
            return (0, e);
        }
    }

    // Another process appended between our look and our write. Its lines may say what ours were going to, so ours are decided again.
    private bool LostARace(Exception failure) =>
        failure is DiskException { Fault: DiskFault.Changed } && journal.Status.Stopped is null && ++_lostRaces < AttemptsBesideOthers;

    private void Refuse(IReadOnlyList<IPlanned> planned, Exception failure)
    {
        _lostRaces = 0;
        var receipt = WriteFailure.ReceiptFor(failure, journal.Status.Stopped);
        foreach (var part in planned) part.SettleFailed(receipt);
        logger.LogError(failure, "{Count} lines could not be made durable", planned.Sum(part => part.Count));
    }

    private void AnswerDecided()
    {
        var decided = 0;
        while (decided < _open.Count && _open[decided].IsDecided) decided++;
        Answers.Give(_open, decided);
        _open.RemoveRange(0, decided);
    }

    private void RefuseAll(Receipt receipt)
    {
        foreach (var submission in _open) submission.Settle(receipt);
        Answers.Give(_open, _open.Count);
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
            _open.AddRange(rest);
            RefuseAll(refused);
        }
    }
}
