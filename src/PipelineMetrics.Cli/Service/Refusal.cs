using System.Net;
using System.Text.Json;

namespace PipelineMetrics.Cli.Service;

/// <summary>What a service said when it did not do what was asked, in one line.</summary>
internal static class Refusal
{
    /// <summary>Whether an answer is a problem document, whatever its status.</summary>
    public static bool IsOne(HttpResponseMessage answer) => answer.Content.Headers.ContentType?.MediaType == "application/problem+json";

    public static async Task<CliException> OfAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        var body = await answer.Content.ReadAsByteArrayAsync(stop);
        var hint = answer.StatusCode is HttpStatusCode.Unauthorized ? " (PIPELINE_METRICS_API_KEY)" : "";
        return new CliException(CodeOf(answer.StatusCode), Text(answer, body) + hint);
    }

    private static int CodeOf(HttpStatusCode status) => status is HttpStatusCode.ServiceUnavailable ? ExitCodes.Unreachable : ExitCodes.Rejected;

    private static string Text(HttpResponseMessage answer, byte[] body)
    {
        try
        {
            using var problem = JsonDocument.Parse(body);
            var root = problem.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("detail", out var detail))
                return FieldErrors(root) is { Count: > 1 } errors ? string.Join("; ", errors) : detail.ToString();
        }
        catch (JsonException)
        {
            // Something between us and the service answered.
        }
        return $"the answer was {(int)answer.StatusCode} {answer.ReasonPhrase}";
    }

    // One error is told by the detail already.
    private static List<string> FieldErrors(JsonElement problem) =>
        problem.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array
            ? [.. errors.EnumerateArray().Select(error => $"{Part(error, "field")}: {Part(error, "rule")} (given: {Part(error, "value")})")]
            : [];

    private static string Part(JsonElement error, string name) => error.TryGetProperty(name, out var part) ? part.ToString() : "";
}
