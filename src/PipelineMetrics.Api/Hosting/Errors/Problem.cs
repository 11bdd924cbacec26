using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace PipelineMetrics.Api.Hosting.Errors;

/// <summary>The body of every error (RFC 9457), with a code that programs can rely on.</summary>
internal sealed class Problem : ProblemDetails
{
    /// <summary>What went wrong, as a stable word.</summary>
    [JsonPropertyName("code")]
    public required string Code { get; init; }

    /// <summary>Every rule that was broken, for 422 and for query values.</summary>
    [JsonPropertyName("errors"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FieldError>? Errors { get; init; }

    /// <summary>Finds the request in the service's log.</summary>
    [JsonPropertyName("trace_id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceId { get; set; }

    /// <summary>When asking again makes sense; goes into the header.</summary>
    [JsonIgnore]
    public TimeSpan? RetryAfter { get; init; }
}
