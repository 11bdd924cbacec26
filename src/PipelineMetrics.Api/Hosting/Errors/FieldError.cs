using System.Text.Json.Serialization;

namespace PipelineMetrics.Api.Hosting.Errors;

/// <summary>One rule that a readable body or query breaks.</summary>
/// <param name="Field">The field by its JSON name.</param>
/// <param name="Rule">What it must be.</param>
/// <param name="Value">What was sent, shortened; absent when nothing was.</param>
internal sealed record FieldError(
    [property: JsonPropertyName("field")] string Field,
    [property: JsonPropertyName("rule")] string Rule,
    [property: JsonPropertyName("value"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Value);
