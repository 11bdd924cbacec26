using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace PipelineMetrics.EndToEnd.Processes;

/// <summary>One whole answer of the service, kept after its connection is gone.</summary>
internal sealed record Answer(HttpStatusCode Status, string? MediaType, RetryConditionHeaderValue? RetryAfter, string Body)
{
    /// <summary>The body; a JSON null when it is not JSON.</summary>
    public JsonElement Json { get; } = Parse(Body);

    /// <summary>The stable word of a problem.</summary>
    public string? Code => Text("code");

    public string? Text(string member) => Json.TryGetProperty(member, out var value) ? value.GetString() : null;

    public static async Task<Answer> ReadAsync(HttpResponseMessage response) => new(
        response.StatusCode, response.Content.Headers.ContentType?.MediaType, response.Headers.RetryAfter,
        await response.Content.ReadAsStringAsync());

    private static JsonElement Parse(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(body);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(new { });
        }
    }
}
