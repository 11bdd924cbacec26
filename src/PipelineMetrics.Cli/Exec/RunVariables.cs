using System.Collections;

namespace PipelineMetrics.Cli.Exec;

/// <summary>The environment of a command: ours, and what lets telemetry that it sends be told as its own.</summary>
internal static class RunVariables
{
    private const string TaskId = "PIPELINE_METRICS_TASK_ID";
    private const string TraceParent = "TRACEPARENT";
    private const string Resource = "OTEL_RESOURCE_ATTRIBUTES";

    /// <summary>The environment of this process.</summary>
    public static Dictionary<string, string> Own()
    {
        var variables = new Dictionary<string, string>();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables()) variables[(string)variable.Key] = (string?)variable.Value ?? "";
        return variables;
    }

    /// <summary>The environment of a command.</summary>
    /// <param name="own">That of this process; not changed.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="taskType">What kind of work it is; null when nobody said.</param>
    /// <param name="runId">Of this call of exec, its retries included.</param>
    public static Dictionary<string, string> For(IReadOnlyDictionary<string, string> own, string taskId, string? taskType, string runId)
    {
        var variables = new Dictionary<string, string>(own) { [TaskId] = taskId };
        if (!own.ContainsKey(TraceParent)) variables[TraceParent] = $"00-{RandomHex(32)}-{RandomHex(16)}-01";
        var attributes = new List<string> { Attribute("pipeline.task.id", taskId), Attribute("pipeline.run.id", runId) };
        if (taskType is not null) attributes.Insert(1, Attribute("pipeline.task.type", taskType));
        if (own.GetValueOrDefault(Resource) is { Length: > 0 } before) attributes.Insert(0, before);
        variables[Resource] = string.Join(',', attributes);
        return variables;
    }

    private static string Attribute(string name, string value) => $"{name}={Uri.EscapeDataString(value)}";

    // Nobody must be unable to guess it, and loading what makes secrets would cost the start of every command some milliseconds.
    private static string RandomHex(int digits) => Guid.NewGuid().ToString("N")[..digits];
}
