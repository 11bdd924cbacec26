namespace PipelineMetrics.Alerting;

/// <summary>Looks at the rules when their time has come, and says which have changed. For one caller at a time.</summary>
internal sealed class AlertWatch(IReadOnlyList<AlertRule> rules, Func<AlertRule, DateTimeOffset, AlertReading> read, TimeProvider clock)
{
    private readonly Dictionary<string, (bool IsFired, long LookedAt)> _states = new(StringComparer.Ordinal);

    /// <summary>What has changed since the last call.</summary>
    /// <param name="wasFired">Whether a rule held in an earlier life that something is wrong; asked once for each.</param>
    public List<WebhookMessage> Look(Func<string, bool> wasFired)
    {
        var changes = new List<WebhookMessage>();
        foreach (var rule in rules)
        {
            var isKnown = _states.TryGetValue(rule.Name, out var state);
            if (isKnown && clock.GetElapsedTime(state.LookedAt) < rule.Every) continue;
            var before = isKnown ? state.IsFired : wasFired(rule.Name);
            var now = clock.GetUtcNow();
            var reading = read(rule, now);
            var after = rule.Judge(before, reading);
            _states[rule.Name] = (after, clock.GetTimestamp());
            if (after != before) changes.Add(Message(rule, reading, after ? WebhookTypes.AlertFired : WebhookTypes.AlertCleared, now));
        }
        return changes;
    }

    private static WebhookMessage Message(AlertRule rule, AlertReading reading, string type, DateTimeOffset now) =>
        new(WebhookIds.New(now), type, now, WebhookBody.Of(rule, reading, type, now)) { Alert = rule.Name };
}
