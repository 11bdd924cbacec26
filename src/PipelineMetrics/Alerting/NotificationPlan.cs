namespace PipelineMetrics.Alerting;

/// <summary>Who is told what: the settings, read and checked.</summary>
/// <param name="Targets">The receivers; none when nobody is told anything.</param>
/// <param name="Rules">The thresholds that are watched.</param>
public sealed record NotificationPlan(IReadOnlyList<WebhookTarget> Targets, IReadOnlyList<AlertRule> Rules)
{
    /// <summary>How often one webhook is tried.</summary>
    public int MaxAttempts { get; init; } = 10;

    /// <summary>Whether anybody is told of this.</summary>
    public bool Tells(string type) => Targets.Any(target => target.Events.Contains(type));

    internal WebhookTarget? Find(string name) => Targets.FirstOrDefault(target => target.Name == name);
}
