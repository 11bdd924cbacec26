namespace PipelineMetrics.Alerting;

/// <summary>
/// The queue in memory: what its lines come to. The same lines are applied when they are written and when they are read, so that a
/// restart finds what was. Not safe from several threads.
/// </summary>
internal sealed class OutboxState
{
    /// <summary>Settled deliveries that are kept for the delivery log.</summary>
    public const int MostSettled = 1000;

    private readonly SortedDictionary<long, Delivery> _all = [];
    private readonly SortedSet<long> _pending = [];
    private readonly Queue<long> _settled = [];
    private readonly Dictionary<(string Id, string Target), long> _numbers = [];
    private readonly Dictionary<string, string> _disabled = new(StringComparer.Ordinal);
    private readonly HashSet<string> _fired = new(StringComparer.Ordinal);

    /// <summary>Up to which line of the log facts were looked at; null before the first.</summary>
    public long? Position { get; private set; }

    /// <summary>The number of the next delivery.</summary>
    public long NextNumber { get; private set; } = 1;

    public int PendingCount => _pending.Count;

    /// <summary>How many deliveries became delivered or were given up, as far as it was told.</summary>
    public (long Delivered, long GivenUp) Settled { get; private set; }

    /// <summary>What is not settled, oldest first.</summary>
    public IEnumerable<Delivery> Pending => _pending.Select(number => _all[number]);

    /// <summary>Everything that is kept, newest first.</summary>
    public IEnumerable<Delivery> NewestFirst => _all.Values.Reverse();

    /// <summary>Whether a rule holds that something is wrong.</summary>
    public bool IsFired(string rule) => _fired.Contains(rule);

    /// <summary>Whether the address of a target wants nothing more.</summary>
    public bool IsDisabled(WebhookTarget target) => _disabled.TryGetValue(target.Name, out var address) && address == target.Fingerprint;

    public void Apply(OutboxLine line)
    {
        switch (line.Kind)
        {
            case OutboxLine.Queued when line is { Id: { } id, Type: { } type, Body: { } body }:
                Add(line, new WebhookMessage(id, type, line.At, body) { Seq = line.Seq, Alert = line.Alert });
                break;
            case OutboxLine.Attempt or OutboxLine.Delivered or OutboxLine.GivenUp:
                Change(line);
                break;
            case OutboxLine.Disabled when line is { Target: { } target, Address: { } address }:
                _disabled[target] = address;
                break;
            case OutboxLine.Enabled when line.Target is { } target:
                _disabled.Remove(target);
                break;
            case OutboxLine.AlertState when line.Alert is { } alert:
                Remember(alert, line.Fired == true);
                break;
        }
        if (line.Kind is OutboxLine.Position or OutboxLine.Queued) Position = line.Seq ?? Position;
    }

    /// <summary>Lines that come to this state, without what is no longer of use.</summary>
    public IEnumerable<OutboxLine> Lines(DateTimeOffset now)
    {
        foreach (var delivery in _all.Values)
        {
            var message = delivery.Message;
            yield return new OutboxLine(OutboxLine.Queued, message.At)
            {
                Id = message.Id, Type = message.Type, Targets = [delivery.Target], Body = message.Body, Number = delivery.Number,
            };
            if (delivery.LastAt is not { } last) continue;
            yield return new OutboxLine(KindOf(delivery.State), last)
            {
                Id = message.Id, Target = delivery.Target, Attempts = delivery.Attempts, Status = delivery.Status, Error = delivery.Error,
                NextAt = delivery.NextAt,
            };
        }
        foreach (var (target, address) in _disabled) yield return new OutboxLine(OutboxLine.Disabled, now) { Target = target, Address = address };
        foreach (var rule in _fired) yield return new OutboxLine(OutboxLine.AlertState, now) { Alert = rule, Fired = true };
        if (Position is { } seq) yield return new OutboxLine(OutboxLine.Position, now) { Seq = seq };
    }

    private static string KindOf(DeliveryState state) => state switch
    {
        DeliveryState.Delivered => OutboxLine.Delivered,
        DeliveryState.GivenUp => OutboxLine.GivenUp,
        _ => OutboxLine.Attempt,
    };

    private void Add(OutboxLine line, WebhookMessage message)
    {
        var number = line.Number ?? NextNumber;
        foreach (var target in line.Targets)
        {
            if (!_numbers.TryAdd((message.Id, target), number) || !_all.TryAdd(number, new Delivery(number, message, target))) continue;
            _pending.Add(number++);
        }
        NextNumber = Math.Max(NextNumber, number);
        if (message.Alert is { } alert) Remember(alert, message.Type == WebhookTypes.AlertFired);
    }

    private void Change(OutboxLine line)
    {
        if (line.Id is null || line.Target is null || !_numbers.TryGetValue((line.Id, line.Target), out var number)) return;
        if (_all[number].State != DeliveryState.Queued) return;
        var state = line.Kind switch
        {
            OutboxLine.Delivered => DeliveryState.Delivered,
            OutboxLine.GivenUp => DeliveryState.GivenUp,
            _ => DeliveryState.Queued,
        };
        _all[number] = _all[number] with
        {
            State = state, Attempts = line.Attempts ?? 0, LastAt = line.At, NextAt = line.NextAt, Status = line.Status, Error = line.Error,
        };
        if (state == DeliveryState.Queued) return;
        Settled = state == DeliveryState.Delivered ? (Settled.Delivered + 1, Settled.GivenUp) : (Settled.Delivered, Settled.GivenUp + 1);
        _pending.Remove(number);
        _settled.Enqueue(number);
        if (_settled.Count > MostSettled) Forget(_settled.Dequeue());
    }

    private void Forget(long number)
    {
        if (_all.Remove(number, out var old)) _numbers.Remove((old.Message.Id, old.Target));
    }

    private void Remember(string rule, bool isFired)
    {
        if (isFired) _fired.Add(rule);
        else _fired.Remove(rule);
    }
}
