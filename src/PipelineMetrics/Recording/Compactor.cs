using Microsoft.Extensions.Logging;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Recording;

/// <summary>
/// Lets the oldest part of the log leave: into archives, out of memory. Everything long happens beside the commits; between two of them
/// only the list of what left is replaced, and with it the state that everybody sees.
/// </summary>
/// <remarks>A crash at any moment loses nothing: a segment is listed, with its file, or listed as archived, with a verified archive.</remarks>
public sealed class Compactor
{
    // Tasks may go on while their segments are packed; then it is decided again.
    private const int MostAttempts = 3;
    private const int CloseEnoughLines = 1000;
    private const int MostRounds = 20;
    private readonly Recorder _recorder;
    private readonly SegmentSurvey _survey;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;

    // There is one run at a time.
    private CancellationToken _ending;

    /// <summary>A compactor of a recorder that serves.</summary>
    public Compactor(Recorder recorder, RetryOptions retries, TimeProvider clock, ILogger<Compactor> logger)
    {
        (_recorder, _clock, _logger) = (recorder, clock, logger);
        _survey = new SegmentSurvey(recorder.Journal, () => recorder.Tasks, retries, () => _ending);
    }

    private Journal Journal => _recorder.Journal;

    private CommitLoop Loop => _recorder.Loop;

    /// <summary>Lets leave what may.</summary>
    /// <param name="request">What that is.</param>
    /// <param name="stopping">Cancelled when the service stops.</param>
    /// <returns>What left; null when another compaction is under way.</returns>
    /// <exception cref="OperationCanceledException">The service stops; nothing has left, or all that was to.</exception>
    /// <exception cref="DiskException">The disk refused something; nothing has left, or its original is removed later.</exception>
    /// <exception cref="LogStoppedException">The log takes nothing until a restart, so nothing leaves either.</exception>
    public async Task<CompactionReport?> RunAsync(CompactionRequest request, CancellationToken stopping = default)
    {
        if (!_recorder.TryBeginCompaction()) return null;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, _recorder.Ending);
        _ending = ending.Token;
        try
        {
            return await Task.Factory.StartNew(
                () => Run(request), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        catch (DiskException e)
        {
            Report(e);
            throw;
        }
        finally
        {
            _recorder.EndCompaction();
        }
    }

    private CompactionReport Run(CompactionRequest request)
    {
        if (request is { Seal: true, DryRun: false }) Loop.Between.Do(Loop.Seal);
        for (var attempt = 1; ; attempt++)
        {
            var plan = CompactionPlan.Make(_survey, request);
            if (request.DryRun || plan.Leaving.Count == 0 || attempt > MostAttempts) return request.DryRun ? plan.Report(null) : None(plan);
            if (Pack(plan) is not { } archives || !TryLeave(plan, archives)) continue;
            _recorder.ForgetOldState();
            Remove();
            _logger.LogInformation("Archived {Segments} segments up to number {Last}", archives.Count, archives.Max(a => a.Segment.LastSeq));
            return plan.Report(archives);
        }
    }

    // Again and again a task that was to leave went on: another time.
    private static CompactionReport None(CompactionPlan plan) => new([], plan.Leaving.Count == 0 ? plan.Kept :
        [.. plan.Kept, CompactionPlan.KeptFileOf(plan.Leaving[0], "open_task", "tasks in it went on meanwhile")]);

    /// <summary>Archives of all segments; null when one must stay, so that it must be decided again.</summary>
    private List<ArchivedSegment>? Pack(CompactionPlan plan)
    {
        var needs = new TaskNeeds(_recorder.Tasks, plan);
        var archives = new List<ArchivedSegment>();
        foreach (var segment in plan.Leaving)
        {
            if (Journal.TryPack(segment, _survey.FactsOf(segment), needs.Needs, _ending, out var refusal) is { } archive)
            {
                archives.Add(archive);
                continue;
            }
            _logger.LogWarning("{File} cannot be archived: {Reason}", segment.FileName, refusal);
            _survey.Refuse(segment, refusal!);
            return null;
        }
        return archives;
    }

    /// <summary>Makes the state without what leaves, and shows it. False when a task that was to leave went on.</summary>
    private bool TryLeave(CompactionPlan plan, List<ArchivedSegment> leaving)
    {
        var old = Loop.State;
        var (point, rows) = Loop.Between.Do(() => (Journal.End, old.Completions.Rows));
        List<ArchivedSegment> archived = [.. Journal.Archived.Select(entry => WithoutNeedless(entry, plan)), .. leaving];
        var next = _recorder.NewState(new KeptHistory(archived, _clock.GetUtcNow()), old.IdHash);
        next.Leaving = plan.Tasks;
        var counters = new LeavingCounters(Journal, old, next.Kept, _ending);
        Replay(next, counters, point);
        var (before, after) = (old.Completions.TotalsOf(rows), next.Completions.TotalsOf(next.Completions.Rows));
        point = CatchUp(next, counters, point);
        return Loop.Between.Do(() => TrySwitch(next, counters, point, archived, version => old.CarriedOver.Plus(before, after, version, counters.Counters)));
    }

    private bool TrySwitch(
        Projection next, LeavingCounters counters, JournalPoint point, List<ArchivedSegment> archived, Func<long, CarriedOver> carriedOver)
    {
        Journal.Read(point, Journal.End, Taking(next, counters));
        next.Settle();
        if (next.SawLeaving) return false;
        var version = Loop.State.Completions.Version - next.Completions.Version + 1;
        next.CarriedOver = carriedOver(version);
        Journal.Archive(archived, next.CarriedOver.All);
        next.Leaving = null;
        next.Completions.FirstVersion = version;
        next.Runners = Loop.State.Runners;
        Loop.Show(next);
        return true;
    }

    private static LineReader Taking(Projection next, LeavingCounters counters) => (in StoredLine line) =>
    {
        next.Apply(line);
        counters.Take(line);
    };

    private void Replay(Projection next, LeavingCounters counters, JournalPoint end)
    {
        var replayer = new Replayer(next, Journal);
        replayer.Begin();
        Journal.Read(next.Kept.Begin, end, (in StoredLine line) =>
        {
            _ending.ThrowIfCancellationRequested();
            replayer.Apply(line);
            counters.Take(line);
        });
        replayer.End();
        next.Completions.Advance(_clock.GetUtcNow());
    }

    // What is committed meanwhile; the last of it is taken between two commits.
    private JournalPoint CatchUp(Projection next, LeavingCounters counters, JournalPoint point)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var end = Loop.Between.Do(() => Journal.End);
            Journal.Read(point, end, Taking(next, counters));
            next.Settle();
            var isClose = end.LastSeq - point.LastSeq < CloseEnoughLines;
            point = end;
            if (isClose) break;
        }
        return point;
    }

    // One by one, so that commits go on between them.
    private void Remove()
    {
        while (Loop.Between.Do(Journal.RemoveLeftOver))
        {
            _ending.ThrowIfCancellationRequested();
        }
    }

    // Before the first event that stays, no task is known that could need them.
    private ArchivedSegment WithoutNeedless(ArchivedSegment archived, CompactionPlan plan)
    {
        var first = Journal.Kept(LogStream.Events).FirstOrDefault(segment => segment.Ordinal >= plan.FirstEvents && segment.Lines > 0);
        var isNeeded = first is not null && (first.ForeignLines > 0 || first.FirstSeq < archived.Segment.LastSeq);
        return isNeeded ? archived : archived with { TaskLines = null };
    }

    private void Report(DiskException problem)
    {
        try
        {
            Loop.Between.Do(() => Journal.Report(problem));
        }
        catch (OperationCanceledException)
        {
            // Nothing is written any more anyway.
        }
    }
}
