using System.Text.Json;
using System.Text.RegularExpressions;
using PipelineMetrics.Events;

namespace PipelineMetrics.Pipeline;

/// <summary>Whose work a <c>task:rework</c> says was not good enough.</summary>
internal static partial class Reworked
{
    private static readonly string[] Names = ["originalTaskId", "original_task_id"];

    /// <summary>
    /// The task that its metadata names; else, of a task that is itself the rework by its name, such as <c>004-x-rework-2</c>, the task
    /// without that ending; else the task itself.
    /// </summary>
    public static string TaskOf(PipelineEvent rework)
    {
        if (rework.Metadata is { } metadata && Original(metadata) is { } original) return original;
        var ending = Ending().Match(rework.EntityId);
        return ending.Success && ending.Index > 0 ? rework.EntityId[..ending.Index] : rework.EntityId;
    }

    private static string? Original(string metadata)
    {
        using var document = JsonDocument.Parse(metadata);
        foreach (var name in Names)
        {
            if (document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String) return value.GetString();
        }
        return null;
    }

    [GeneratedRegex(@"-rework(-[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Ending();
}
