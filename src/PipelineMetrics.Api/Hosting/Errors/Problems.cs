using Microsoft.AspNetCore.Http.HttpResults;

namespace PipelineMetrics.Api.Hosting.Errors;

/// <summary>The one way an endpoint says no.</summary>
internal static class Problems
{
    public const string MediaType = "application/problem+json";

    /// <param name="status">The HTTP status.</param>
    /// <param name="code">The stable word for programs, snake_case.</param>
    /// <param name="detail">One or two sentences for the person who reads it.</param>
    /// <param name="errors">The broken rules, by JSON name.</param>
    /// <param name="retryAfter">When to ask again; rounded up to whole seconds in the header.</param>
    /// <param name="members">Further members of the body, named in snake_case.</param>
    public static ProblemHttpResult Result(
        int status,
        string code,
        string detail,
        IReadOnlyList<FieldError>? errors = null,
        TimeSpan? retryAfter = null,
        IReadOnlyDictionary<string, object?>? members = null)
    {
        var problem = new Problem
        {
            Status = status,
            Type = TypeOf(code),
            Code = code,
            Detail = detail,
            Errors = errors,
            RetryAfter = retryAfter,
        };
        foreach (var (name, value) in members ?? new Dictionary<string, object?>()) problem.Extensions[name] = value;
        return TypedResults.Problem(problem);
    }

    /// <summary>400 for what cannot be read: syntax, a wrong JSON type, a query value.</summary>
    public static ProblemHttpResult BadRequest(string detail, params IReadOnlyList<FieldError> errors) =>
        Result(StatusCodes.Status400BadRequest, "bad_request", detail, errors.Count > 0 ? errors : null);

    /// <summary>422 for a readable body that breaks rules.</summary>
    public static ProblemHttpResult Invalid(params IReadOnlyList<FieldError> errors) =>
        Result(StatusCodes.Status422UnprocessableEntity, "invalid", $"The body breaks a rule: {string.Join("; ", errors.Select(Said))}.", errors);

    private static string Said(FieldError error) => $"'{error.Field}' {error.Rule}{(error.Value is { } value ? $", got '{value}'" : "")}";

    internal static string TypeOf(string code) => $"urn:pipeline-metrics:problem:{code}";
}
