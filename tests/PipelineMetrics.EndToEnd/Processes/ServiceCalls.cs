using System.Net.Http.Json;
using System.Text;

namespace PipelineMetrics.EndToEnd.Processes;

/// <summary>What a runner and a dashboard ask of the service.</summary>
internal static class ServiceCalls
{
    public const string Completions = "/api/agent/tasks/completions";
    public const string Metrics = "/api/agent/metrics";
    public const string Tasks = "/api/agent/tasks";
    public const string Ready = "/health/ready";

    public static Task<Answer> RecordAsync(this HttpClient http, string id) =>
        http.AskAsync(HttpMethod.Post, Completions, new { id, task_id = $"task-of-{id}", duration_seconds = 1.5, status = "completed" });

    public static Task<Answer> FindAsync(this HttpClient http, string id) =>
        http.AskAsync(HttpMethod.Get, $"{Completions}/{Uri.EscapeDataString(id)}");

    public static Task<Answer> MetricsAsync(this HttpClient http) => http.AskAsync(HttpMethod.Get, Metrics);

    public static Task<Answer> ReadinessAsync(this HttpClient http) => http.AskAsync(HttpMethod.Get, Ready);

    /// <summary>How many attempts the figures count.</summary>
    public static async Task<long> TotalAsync(this HttpClient http) =>
        (await http.MetricsAsync()).Json.GetProperty("success_rate").GetProperty("total").GetInt64();

    public static Task<Answer> AskAsync(this HttpClient http, HttpMethod method, string path, object? body = null) =>
        http.SendAsync(method, path, body is null ? null : JsonContent.Create(body));

    public static Task<Answer> AskAsync(this HttpClient http, HttpMethod method, string path, string body, string mediaType) =>
        http.SendAsync(method, path, new StringContent(body, Encoding.UTF8, mediaType));

    private static async Task<Answer> SendAsync(this HttpClient http, HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }
}
