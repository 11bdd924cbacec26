using PipelineMetrics.Events;
using PipelineMetrics.History;
using PipelineMetrics.Log;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Alerting;

/// <summary>
/// Makes webhooks of the attempts that failed, from the history, at its own pace: whoever records them never waits for it, and the
/// position in the log is the only memory it needs. For one caller at a time.
/// </summary>
internal sealed class FailureFeed(Recorder recorder, Outbox outbox, TimeProvider clock)
{
    /// <summary>
    /// What happened longer ago is told to nobody: it comes of an old log, or of a time when nobody was to be told.
    /// </summary>
    public static readonly TimeSpan OldestTold = TimeSpan.FromDays(1);

    /// <summary>While so many wait, the log is not read on: it keeps the rest.</summary>
    public const int EnoughPending = 1000;

    // Between two notes of the position when nothing is wanted.
    private const long NoteEvery = 10_000;

    private static readonly TaskCompletionSource Never = new();
    private static readonly HistoryFilter Failures = new() { EventTypes = ["task:failed"] };
    private readonly HistoryFeed _feed = recorder.History.Feed(outbox.Position ?? recorder.ReplayedSeq, Failures, skipsWhenSlow: false);
    private List<WebhookMessage>? _unsaved;
    private bool _isHeld;

    /// <summary>Takes the next part of the log.</summary>
    /// <returns>Whether it came any further: else there is nothing new, or no room for it.</returns>
    /// <exception cref="DiskException">The log could not be read; it may be tried again.</exception>
    public async Task<bool> StepAsync()
    {
        _isHeld = true;
        if (outbox.Position is null && !outbox.Add([], _feed.Position)) return false;
        if (_unsaved is null && outbox.PendingCount >= EnoughPending) return false;
        var before = _feed.Position;
        if (_unsaved is null && await ReadAsync().ConfigureAwait(false) is { } read) _unsaved = read;
        if (_unsaved is not null && !outbox.Add(_unsaved, _feed.Position)) return false;
        _isHeld = false;
        var isFurther = _unsaved is not null || _feed.Position != before;
        _unsaved = null;
        return isFurther;
    }

    /// <summary>Done when there may be something new; never while there is no room for it.</summary>
    public Task WhenMoreAsync() => _isHeld ? Never.Task : _feed.WhenMoreAsync();

    /// <summary>Notes how far it is, so that the next start reads less.</summary>
    public void Note()
    {
        if (_unsaved is null && _feed.Position != outbox.Position) outbox.MoveTo(_feed.Position);
    }

    // Null when there is nothing worth a line of its own.
    private async Task<List<WebhookMessage>?> ReadAsync()
    {
        var part = await _feed.ReadAsync().ConfigureAwait(false);
        if (part is { Gap: null, Lines.Count: 0 } && _feed.Position - outbox.Position < NoteEvery) return null;
        return [.. part.Lines.Select(MessageOf).OfType<WebhookMessage>()];
    }

    private WebhookMessage? MessageOf(HistoryLine line)
    {
        if (!Completion.TryReadLine(line.Json, out var failed, out _)) return null;
        // A cancelled attempt failed nowhere else either, and a correction was told of when it was none.
        if (failed.Status != CompletionStatus.Failed || failed.Outcome == Outcome.Cancelled || failed.Revises is not null) return null;
        var now = clock.GetUtcNow();
        if (AlertFigures.IsImport(failed.Source) || now - failed.CreatedAt > OldestTold) return null;
        return new WebhookMessage(WebhookIds.New(now), WebhookTypes.TaskFailed, now, WebhookBody.Of(failed, line.Position.Seq)) { Seq = line.Position.Seq };
    }
}
