namespace PipelineMetrics.Contracts;

/// <summary>Where things are, relative to the address of the service.</summary>
public static class Routes
{
    /// <summary>What every data route starts with.</summary>
    public const string Base = "/api/agent";

    /// <summary>GET the figures as Prometheus reads them; beside the data routes, where Prometheus looks for it.</summary>
    public const string Prometheus = "/metrics";

    /// <summary>POST one completion; GET one by its id behind a slash.</summary>
    public const string Completions = Base + "/tasks/completions";

    /// <summary>POST many completions, as a JSON array or as NDJSON.</summary>
    public const string CompletionBatch = Completions + "/batch";

    /// <summary>POST and GET tasks; one task by its id behind a slash.</summary>
    public const string Tasks = Base + "/tasks";

    /// <summary>POST lifecycle events, one or many; GET the history.</summary>
    public const string Events = Base + "/events";

    /// <summary>GET the history as it grows, as server-sent events.</summary>
    public const string EventStream = Events + "/stream";

    /// <summary>POST: lets the oldest part of the log leave.</summary>
    public const string Compact = Base + "/log/compact";

    /// <summary>GET the figures.</summary>
    public const string Metrics = Base + "/metrics";

    /// <summary>GET the figures of each step of a range.</summary>
    public const string Timeseries = Metrics + "/timeseries";

    /// <summary>POST lines of another log.</summary>
    public const string Import = Base + "/import";

    /// <summary>GET everything that was recorded as one file.</summary>
    public const string Export = Base + "/export";

    /// <summary>GET what a task will probably come to.</summary>
    public const string Predictions = Base + "/predictions";

    /// <summary>GET tasks, chains, requests and agents as ADR-009 counts them.</summary>
    public const string Pipeline = Base + "/pipeline";

    /// <summary>GET the chains, first those that wait longest.</summary>
    public const string Chains = Pipeline + "/chains";

    /// <summary>POST to write the figures of the pipeline beside the log.</summary>
    public const string PipelineRefresh = Pipeline + "/refresh";

    /// <summary>GET the tasks that wait for a runner, in the order in which they should be taken.</summary>
    public const string Queue = Base + "/queue";

    /// <summary>GET what the pipeline is doing.</summary>
    public const string Status = Base + "/status";

    /// <summary>POST heartbeats of a runner and GET what they said, behind its id.</summary>
    public const string Runners = Base + "/runners";

    /// <summary>GET how the pipeline is.</summary>
    public const string Health = Base + "/health";

    /// <summary>GET the webhooks that were sent, wait, or were given up.</summary>
    public const string WebhookDeliveries = Base + "/webhooks/deliveries";

    /// <summary>POST to send a webhook that only says that it is one.</summary>
    public const string WebhookTest = Base + "/webhooks/test";
}
