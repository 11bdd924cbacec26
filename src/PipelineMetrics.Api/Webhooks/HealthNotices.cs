using PipelineMetrics.Alerting;
using PipelineMetrics.Health;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Api.Webhooks;

/// <summary>Tells by webhook what the watch over health sees.</summary>
internal static class HealthNotices
{
    /// <summary>From now on, every change is told.</summary>
    public static void Tell(HealthWatch watch, Notifier notifier)
    {
        watch.Changed += change => Tell(change, notifier);
        watch.RunnerStopped += stop => notifier.Raise(WebhookTypes.OrchestratorStopped, stop.Id, Sentence(stop));
    }

    // From bad to less bad is no recovery yet, and nothing new.
    private static void Tell(HealthChange change, Notifier notifier)
    {
        var checks = string.Join(", ", change.Failed.Select(check => check.Name));
        if (change.To == HealthStatus.Healthy) notifier.Raise(WebhookTypes.HealthRecovered, "health", "No health check fails any more.");
        else if (change.To > change.From) notifier.Raise(WebhookTypes.HealthDegraded, checks, Sentence(change));
    }

    private static string Sentence(HealthChange change) =>
        $"The pipeline is {Word(change.To)}, it was {Word(change.From)}: {string.Join("; ", change.Failed.Select(check => $"{check.Name}: {check.Message}"))}.";

    private static string Sentence(RunnerStop stop)
    {
        var what = stop.State switch
        {
            RunnerState.Stopped => "stopped",
            RunnerState.Error => "has an error",
            _ => "is not heard of any more",
        };
        return stop.Reason is { } reason ? $"The runner '{stop.Id}' {what}: {reason}" : $"The runner '{stop.Id}' {what}.";
    }

    private static string Word(HealthStatus status) => status.ToString().ToLowerInvariant();
}
