using Microsoft.Extensions.Logging;
using PipelineMetrics.Log;

namespace PipelineMetrics.Alerting;

/// <summary>
/// The webhooks that are on their way, and those that arrived or were given up: in <c>webhooks.jsonl</c> beside the log, and in memory.
/// What is added durably is sent at least once, whatever happens to the process or the power; what was added twice is sent once.
/// Safe from any thread; no reader waits for the disk.
/// </summary>
public sealed class Outbox : IDisposable
{
    /// <summary>More than this is not kept, whoever raises it.</summary>
    internal const int MostPending = 10_000;

    private readonly Lock _writing = new();
    private readonly Lock _lock = new();
    private readonly NotificationPlan _plan;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly OutboxState _state = new();
    private readonly OutboxFile _file;
    private (long Delivered, long GivenUp) _settledBefore;
    private bool _isBehind;

    /// <summary>A queue that knows of nothing yet; <see cref="Open"/> makes it know.</summary>
    /// <param name="plan">Who is told what.</param>
    /// <param name="disk">The file system.</param>
    /// <param name="options">Where the log is.</param>
    /// <param name="clock">The time.</param>
    /// <param name="logger">Receives what is given up, and trouble with the disk.</param>
    public Outbox(NotificationPlan plan, IDisk disk, LogOptions options, TimeProvider clock, ILogger<Outbox> logger)
        : this(plan, new OutboxFile(disk, options.Directory), clock, logger)
    {
    }

    internal Outbox(NotificationPlan plan, OutboxFile file, TimeProvider clock, ILogger logger)
    {
        (_plan, _file, _clock, _logger) = (plan, file, clock, logger);
        Added = new Signal(clock);
    }

    /// <summary>Chance, from 0 up to 1, for the waits between attempts.</summary>
    internal Func<double> Chance { get; init; } = Random.Shared.NextDouble;

    internal Signal Added { get; }

    internal long? Position => Look(state => state.Position);

    /// <summary>How many deliveries wait.</summary>
    public int PendingCount => Look(state => state.PendingCount);

    /// <summary>How many arrived since the start.</summary>
    public long DeliveredCount => Look(state => state.Settled.Delivered) - _settledBefore.Delivered;

    /// <summary>How many were given up since the start.</summary>
    public long GivenUpCount => Look(state => state.Settled.GivenUp) - _settledBefore.GivenUp;

    /// <summary>Reads what an earlier life left, and gives up what no target of the settings takes any more.</summary>
    /// <exception cref="DiskException">The disk would not read; it may be tried again.</exception>
    internal void Open()
    {
        lock (_writing)
        {
            var lines = _file.Read(out var damaged);
            if (damaged > 0) _logger.LogWarning("webhooks.jsonl held {Damaged} lines that make no sense; they are left out", damaged);
            Apply(lines);
            _settledBefore = Look(state => state.Settled);
            Write_NeedsWriting(Orphans(), isDurable: false);
        }
    }

    /// <summary>Queues messages for those targets that want them.</summary>
    /// <param name="messages">In the order in which things happened.</param>
    /// <param name="position">Up to which line of the log facts were looked at with these; null when these are no facts of it.</param>
    /// <returns>Whether they are durable. When they are not, those without a position are kept in memory all the same.</returns>
    internal bool Add(IReadOnlyList<WebhookMessage> messages, long? position = null)
    {
        lock (_writing)
        {
            var lines = messages.Select(LineFor).OfType<OutboxLine>().ToList();
            var number = Look(state => state.NextNumber);
            for (var i = 0; i < lines.Count; number += lines[i++].Targets.Count) lines[i] = lines[i] with { Number = number };
            if (position is { } seq) lines.Add(new OutboxLine(OutboxLine.Position, _clock.GetUtcNow()) { Seq = seq });
            var isWritten = Write_NeedsWriting(lines, isDurable: true);
            if (!isWritten && position is not null) return false;
            if (!isWritten) Apply(lines);
            Added.Set();
            return isWritten;
        }
    }

    /// <summary>Notes up to where the log was looked at although nothing of it was wanted; not worth a sync.</summary>
    internal void MoveTo(long seq)
    {
        lock (_writing) Write_NeedsWriting([new OutboxLine(OutboxLine.Position, _clock.GetUtcNow()) { Seq = seq }], isDurable: false);
    }

    /// <summary>Notes what came of an attempt and decides what follows.</summary>
    internal void Settle(Delivery delivery, DeliveryOutcome outcome)
    {
        lock (_writing)
        {
            var lines = LinesAfter(delivery, outcome).ToList();
            // At worst it is sent once more.
            if (!Write_NeedsWriting(lines, isDurable: false)) Apply(lines);
        }
        if (outcome.IsDelivered) return;
        _logger.LogWarning("Webhook {Id} ({Type}) to {Target}: attempt {Attempt} failed: {Reason}",
            delivery.Message.Id, delivery.Message.Type, delivery.Target, delivery.Attempts + 1, outcome.Reason);
    }

    /// <summary>A target that wanted nothing more does again.</summary>
    internal void Enable(WebhookTarget target)
    {
        lock (_writing)
        {
            if (!Look(state => state.IsDisabled(target))) return;
            OutboxLine[] lines = [new(OutboxLine.Enabled, _clock.GetUtcNow()) { Target = target.Name }];
            if (!Write_NeedsWriting(lines, isDurable: true)) Apply(lines);
        }
    }

    /// <summary>Writes what a failed disk left in memory only.</summary>
    internal void CatchUp()
    {
        lock (_writing)
        {
            if (_isBehind) Write_NeedsWriting([], isDurable: true);
        }
    }

    /// <summary>What should be tried now, oldest first.</summary>
    internal IReadOnlyList<Delivery> Due(DateTimeOffset now) => Look(state => state.Pending.Where(delivery => delivery.IsDue(now)).ToList());

    internal bool IsFired(string rule) => Look(state => state.IsFired(rule));

    /// <summary>Whether a target answered that it wants nothing more.</summary>
    public bool IsDisabled(WebhookTarget target) => Look(state => state.IsDisabled(target));

    /// <summary>Deliveries, newest first.</summary>
    /// <param name="before">Only those with a smaller number.</param>
    /// <param name="isWanted">Which ones.</param>
    /// <param name="limit">At most so many.</param>
    public IReadOnlyList<Delivery> List(long before, Func<Delivery, bool> isWanted, int limit) =>
        Look(state => state.NewestFirst.Where(delivery => delivery.Number < before && isWanted(delivery)).Take(limit).ToList());

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_writing) _file.Dispose();
    }

    private OutboxLine? LineFor(WebhookMessage message)
    {
        var targets = _plan.Targets.Where(target => target.Events.Contains(message.Type) && !IsDisabled(target)).Select(target => target.Name).ToList();
        if (PendingCount >= MostPending)
        {
            _logger.LogError("{Type} is told to nobody: {Count} webhooks wait already", message.Type, MostPending);
            targets = [];
        }
        if (targets.Count == 0) return message.Alert is { } rule ? StateOf(rule, message) : null;
        return new OutboxLine(OutboxLine.Queued, message.At)
        {
            Id = message.Id, Type = message.Type, Targets = targets, Body = message.Body, Seq = message.Seq, Alert = message.Alert,
        };
    }

    private static OutboxLine StateOf(string rule, WebhookMessage message) =>
        new(OutboxLine.AlertState, message.At) { Alert = rule, Fired = message.Type == WebhookTypes.AlertFired };

    private IEnumerable<OutboxLine> LinesAfter(Delivery delivery, DeliveryOutcome outcome)
    {
        var now = _clock.GetUtcNow();
        var attempts = delivery.Attempts + 1;
        var isLast = attempts >= _plan.MaxAttempts || outcome.IsGone;
        yield return new OutboxLine(outcome.IsDelivered ? OutboxLine.Delivered : isLast ? OutboxLine.GivenUp : OutboxLine.Attempt, now)
        {
            Id = delivery.Message.Id, Target = delivery.Target, Attempts = attempts, Status = outcome.Status, Error = outcome.Reason,
            NextAt = outcome.IsDelivered || isLast ? null : now + RetrySchedule.After(attempts, outcome.RetryAfter, Chance()),
        };
        if (!outcome.IsGone || _plan.Find(delivery.Target) is not { } target) yield break;
        yield return new OutboxLine(OutboxLine.Disabled, now) { Target = target.Name, Address = target.Fingerprint };
        foreach (var other in Look(state => state.Pending.Where(other => other.Target == target.Name && other.Number != delivery.Number).ToList()))
            yield return GivenUp(other, "the target answered 410: it wants nothing more");
    }

    private List<OutboxLine> Orphans() =>
        [.. Look(state => state.Pending.Where(delivery => _plan.Find(delivery.Target) is null).ToList()).Select(d => GivenUp(d, "the target is not in the settings any more"))];

    private OutboxLine GivenUp(Delivery delivery, string reason) => new(OutboxLine.GivenUp, _clock.GetUtcNow())
    {
        Id = delivery.Message.Id, Target = delivery.Target, Attempts = delivery.Attempts, Status = delivery.Status, Error = reason,
    };

    private T Look<T>(Func<OutboxState, T> look)
    {
        lock (_lock) return look(_state);
    }

    private void Apply(IEnumerable<OutboxLine> lines)
    {
        lock (_lock)
        {
            foreach (var line in lines) _state.Apply(line);
        }
    }

    // Lines that could not be written are not applied: who wrote them decides whether they count.
    private bool Write_NeedsWriting(IReadOnlyCollection<OutboxLine> lines, bool isDurable)
    {
        try
        {
            if (_file.NeedsRewrite) _file.Rewrite(_state.Lines(_clock.GetUtcNow()).Concat(lines));
            else if (lines.Count > 0) _file.Append(lines, isDurable);
            if (_isBehind) _logger.LogInformation("webhooks.jsonl can be written again");
            _isBehind = false;
            Apply(lines);
            return true;
        }
        catch (DiskException e)
        {
            if (!_isBehind) _logger.LogError("webhooks.jsonl cannot be written, and what is not sent would be lost with the process: {Reason}", e.Message);
            _isBehind = true;
            return false;
        }
    }
}
