namespace PipelineMetrics.Alerting;

/// <summary>What a webhook can be told.</summary>
public static class WebhookTypes
{
    /// <summary>A completion with the status failed was recorded. Not for imports, corrections and what was cancelled.</summary>
    public const string TaskFailed = "task_failed";

    /// <summary>A health check that was ok is not any more.</summary>
    public const string HealthDegraded = "health_degraded";

    /// <summary>All health checks are ok again.</summary>
    public const string HealthRecovered = "health_recovered";

    /// <summary>A runner stopped, or is not heard of any more.</summary>
    public const string OrchestratorStopped = "orchestrator_stopped";

    /// <summary>A rule of the section <c>alerts</c> found its threshold crossed.</summary>
    public const string AlertFired = "alert_fired";

    /// <summary>What a rule had found is over.</summary>
    public const string AlertCleared = "alert_cleared";

    /// <summary>Somebody asked for a test; no target can refuse it.</summary>
    public const string Test = "test";

    /// <summary>All that a target can choose from.</summary>
    public static IReadOnlyList<string> All { get; } = [TaskFailed, HealthDegraded, HealthRecovered, OrchestratorStopped, AlertFired, AlertCleared];
}
