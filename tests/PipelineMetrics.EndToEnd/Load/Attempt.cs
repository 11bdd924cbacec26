using System.Text.Json;
using System.Text.Json.Serialization;

namespace PipelineMetrics.EndToEnd.Load;

/// <summary>One finished attempt as a runner reports it.</summary>
internal sealed record Attempt(string TaskId, string? Id, bool Succeeded, int DurationMs)
{
    private static readonly JsonSerializerOptions WithoutNulls = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            id = Id,
            task_id = TaskId,
            task_type = "impl",
            model = $"model-{DurationMs % 7}",
            duration_seconds = DurationMs / 1000m,
            status = Succeeded ? "completed" : "failed",
        },
        WithoutNulls);
}
