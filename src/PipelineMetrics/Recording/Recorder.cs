using Microsoft.Extensions.Logging;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Analysis;
using PipelineMetrics.Events;
using PipelineMetrics.History;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Pricing;

namespace PipelineMetrics.Recording;

/// <summary>
/// The one place where log and numbers meet. What is recorded here is in the log, synced, and in every figure when the answer comes;
/// anything but <see cref="Verdict.Stored"/> or <see cref="Verdict.Duplicate"/> means that nothing was kept or that it is not known,
/// and that sending it again with the same id is safe.
/// </summary>
public sealed partial class Recorder : IDisposable
{
    private readonly Journal _journal;
    private readonly ILogger _logger;
    private readonly CommitQueue _queue;
    private readonly CommitLoop _loop;
    private readonly Thread _thread;
    private readonly PriceTable _prices;
    private readonly TimeProvider _clock;
    private readonly Estimates _estimates;

    /// <summary>Takes an opened journal over; <see cref="Start"/> makes it serve.</summary>
    public Recorder(
        Journal journal, RecorderOptions options, PredictionOptions predictions, PriceTable prices, TimeProvider clock, ILogger<Recorder> logger)
    {
        _journal = journal;
        _prices = prices;
        _clock = clock;
        _logger = logger;
        _queue = new CommitQueue(options.QueueBytes);
        var state = NewState(new KeptHistory(journal.Archived, clock.GetUtcNow()), IdIndex.NewHash());
        state.CarriedOver = new CarriedOver(journal.CarriedOver);
        state.Completions.FirstVersion = state.CarriedOver.FirstVersion;
        _loop = new CommitLoop(_queue, journal, state, clock, logger);
        History = new HistoryReader(journal, _loop.Shown);
        Pipeline = new PipelineView(journal, () => State, _loop.Shown);
        Counters = new CountersView(journal, () => State, _loop.Shown, _stopping.Token);
        Predictor = new Predictor(() => State.Completions, predictions);
        _estimates = new Estimates(() => State.Completions, predictions, clock);
        _thread = new Thread(_loop.Run) { Name = "commit", IsBackground = true };
    }

    /// <summary>The numbers; safe to ask from any thread.</summary>
    public CompletionTable Completions => State.Completions;

    /// <summary>The registered tasks; safe to ask from any thread.</summary>
    public TaskBook Tasks => State.Tasks;

    /// <summary>The runners; safe to ask from any thread.</summary>
    public RunnerBook Runners => State.Runners;

    /// <summary>When this process began to serve; the smallest instant until then.</summary>
    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>Everything that was recorded, in the order of the numbers; safe to ask from any thread.</summary>
    public HistoryReader History { get; }

    /// <summary>Tasks, chains, requests and agents as ADR-009 counts them; safe to ask from any thread.</summary>
    public PipelineView Pipeline { get; }

    /// <summary>What finished attempts come to since the log began; safe to ask from any thread.</summary>
    public CountersView Counters { get; }

    /// <summary>What tasks will probably come to; safe to ask from any thread.</summary>
    public Predictor Predictor { get; }

    /// <summary>The last number that was in the log when it was read: what follows was recorded in this life.</summary>
    public long ReplayedSeq { get; private set; }

    /// <summary>How the log is doing.</summary>
    public JournalStatus Log => _journal.Status;

    /// <summary>Why nothing can be recorded until a restart; null while it can.</summary>
    public string? Stopped => _loop.Failure ?? _journal.Status.Stopped;

    /// <summary>Lines of the log that count in no figure.</summary>
    public LeftOutLines LeftOut => State.LeftOut;

    /// <summary>
    /// Reads the whole log into memory, repairs its tail, and starts to take commands. Returns when all figures are complete.
    /// </summary>
    public void Start()
    {
        State.Completions.Advance(_clock.GetUtcNow());
        var replayer = new Replayer(State, _journal);
        replayer.Begin();
        _journal.Replay(replayer.Apply);
        replayer.End();
        ReplayedSeq = _journal.NextSeq - 1;
        _loop.Shown.MoveTo(ReplayedSeq);
        StartedAt = Instant.Truncate(_clock.GetUtcNow());
        _thread.Start();
    }

    /// <summary>How strictly what arrives now is read.</summary>
    public ReadingRules Arriving(bool refuseUnknownFields, int maxDepth = ReadingRules.DefaultMaxDepth) =>
        new(_clock.GetUtcNow(), refuseUnknownFields, maxDepth);

    /// <summary>Records one completion.</summary>
    public Task<Receipt> RecordAsync(PostedCompletion posted) => SubmitAsync(new RecordCompletion(posted, _clock.GetUtcNow(), _prices));

    /// <summary>Records one completion.</summary>
    /// <param name="draft">What the caller said.</param>
    /// <param name="bytes">Size of what the caller sent.</param>
    public Task<Receipt> RecordAsync(CompletionDraft draft, int bytes) => RecordAsync(new PostedCompletion(draft, bytes));

    /// <summary>Records completions in the order given; each has a receipt of its own, in that order.</summary>
    public async Task<IReadOnlyList<Receipt>> RecordAsync(IReadOnlyList<PostedCompletion> posted)
    {
        var now = _clock.GetUtcNow();
        var commands = posted.Select(p => new RecordCompletion(p, now, _prices)).ToList();
        await SubmitAsync(new Submission([.. commands.Where(c => c.Receipt is null)])).ConfigureAwait(false);
        return [.. commands.Select(c => c.Receipt!)];
    }

    /// <summary>Records lifecycle events in the order given; each has a receipt of its own, in that order.</summary>
    public async Task<IReadOnlyList<Receipt>> RecordAsync(IReadOnlyList<PostedEvent> told)
    {
        var now = _clock.GetUtcNow();
        var receipts = new List<Receipt>(told.Count);
        foreach (var run in EventRuns.Of(told))
        {
            var commands = run.Select(t => CommandFor(t, now)).ToList();
            await SubmitAsync(new Submission([.. commands.Where(c => c.Receipt is null)])).ConfigureAwait(false);
            receipts.AddRange(commands.Select(c => c.Receipt!));
        }
        return receipts;
    }

    /// <summary>An empty block of completions that arrive together.</summary>
    public PostedBlock NewBlock(ReadingRules rules) => new(rules, State.IdHash);

    /// <summary>Records a block: its completions in their order, all of them or, when the disk takes no more, none.</summary>
    public async Task<BlockReceipt> RecordAsync(PostedBlock block)
    {
        if (block.Count == 0) return new BlockReceipt(0, 0, []);
        var command = new RecordBlock(block);
        await SubmitAsync(new Submission([command])).ConfigureAwait(false);
        if (command.IsRelated) return new BlockReceipt(0, 0, await RecordAsync([.. block.Singles()]).ConfigureAwait(false));
        var receipt = command.Receipt!;
        return receipt.Verdict == Verdict.Stored
            ? new BlockReceipt(block.Count, receipt.Seq, [])
            : new BlockReceipt(0, 0, [.. Enumerable.Repeat(receipt, block.Count)]);
    }

    /// <summary>Records facts at their word, together; each has a receipt of its own, in their order.</summary>
    public async Task<IReadOnlyList<Receipt>> RecordAsync(IReadOnlyList<Fact> facts)
    {
        var last = _loop.Shown.Seq;
        var commands = facts.Select(fact => new RecordFact(fact)).ToList();
        foreach (var command in commands) command.LookAhead(State, last);
        await SubmitAsync(new Submission([.. commands.Where(c => c.Receipt is null)])).ConfigureAwait(false);
        return [.. commands.Select(c => c.Receipt!)];
    }

    /// <summary>What recording this fact would come to where its id is known; null where it is new. Nothing is written. Any thread.</summary>
    /// <exception cref="DiskException">The disk would not read.</exception>
    public Receipt? CompareWithStored(Fact fact) => State.Find(fact.Id) is { } stored ? fact.CompareWith(stored.Completion, stored.Event) : null;

    /// <summary>Whether a completion with this id counts, so that it can be corrected. Any thread.</summary>
    /// <exception cref="DiskException">The disk would not read.</exception>
    public bool Counts(string completionId) => State is var state && state.FindOriginal(completionId) is { } line && !state.HasLeft(line.Place);

    /// <summary>
    /// Registers a task: the event <c>task:created</c>, once however often it is sent, with what is expected of it by then.
    /// </summary>
    public Task<Receipt> RegisterTaskAsync(EventDraft task, int bytes) => SubmitAsync(new RegisterTask(_estimates.Fill(task), bytes));

    /// <summary>Changes a registered task: its status, its claim, or the end of its attempt.</summary>
    public Task<Receipt> ChangeTaskAsync(TaskKey task, TaskChange change, int bytes) => SubmitAsync(new ChangeTask(task, change, bytes, _prices));

    /// <summary>
    /// Takes a heartbeat. One that says what the log has changes only memory and is a duplicate; a change of state is stored first.
    /// </summary>
    /// <param name="heartbeat">The heartbeat.</param>
    /// <param name="bytes">Size of what the runner sent.</param>
    public async Task<Receipt> HearAsync(Heartbeat heartbeat, int bytes)
    {
        if (Runners.Hear(heartbeat, Instant.Truncate(_clock.GetUtcNow()))) return new Receipt(Verdict.Duplicate);
        var receipt = await SubmitAsync(new LogHeartbeat(heartbeat, bytes)).ConfigureAwait(false);
        if (receipt.IsKept) Runners.Hear(heartbeat, Instant.Truncate(_clock.GetUtcNow()));
        return receipt;
    }

    /// <summary>Takes nothing more, makes durable what was taken, answers it, and closes the log.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        _stopping.Cancel();
        _queue.Close();
        if ((_thread.ThreadState & ThreadState.Unstarted) == 0) _thread.Join();
        else RefuseWaiting();
        EndCompactions();
        Counters.End();
        _journal.Dispose();
    }

    private Projection State => _loop.State;

    // Nobody ever took them: the log could not be read, or the service stopped before it was.
    private void RefuseWaiting()
    {
        while (_queue.TryTake(TimeSpan.Zero, out var waiting))
        {
            foreach (var submission in waiting) submission.Refuse(Stopping());
        }
    }

    private Command CommandFor(PostedEvent told, DateTimeOffset now) => told.Event is { } draft
        ? new RecordEvent(_estimates.Fill(draft), told.Bytes, now)
        : new RecordCompletion(told.End!, now, _prices, isEvent: true);

    private async Task<Receipt> SubmitAsync(Command command)
    {
        if (command.Receipt is null) await SubmitAsync(new Submission([command])).ConfigureAwait(false);
        return command.Receipt!;
    }

    private Task SubmitAsync(Submission submission)
    {
        if (submission.Commands.Count == 0) return Task.CompletedTask;
        if (!_queue.TryAdd(submission, out var closed)) submission.Refuse(closed ? Stopping() : Busy());
        return submission.Settled;
    }

    private Receipt Stopping() => _loop.Failure is { } failure
        ? Receipt.Refused(Verdict.Unavailable, "log_stopped", failure)
        : Receipt.Refused(Verdict.Unavailable, "stopping", "The service is stopping. Nothing was kept; sending it again with the same id is safe.");

    private static Receipt Busy() =>
        Receipt.Refused(Verdict.Unavailable, "busy", "Too much waits for the disk. Nothing was kept; sending it again with the same id is safe.");
}
