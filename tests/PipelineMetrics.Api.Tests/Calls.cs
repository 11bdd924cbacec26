using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Api.Tests;

/// <summary>An answer with its body read.</summary>
internal sealed record Answer(HttpStatusCode Status, string Body, HttpResponseHeaders Headers)
{
    public JsonElement Json => JsonElement.Parse(Body);

    public string? Code => Json.GetProperty("code").GetString();

    public JsonElement this[string member] => Json.GetProperty(member);
}

/// <summary>What callers send, in one word each.</summary>
internal static class Calls
{
    public const string Ndjson = "application/x-ndjson";

    public static Task<Answer> Post(this HttpClient client, string json, params (string Name, string Value)[] headers) =>
        client.Send(HttpMethod.Post, Routes.Completions, json, "application/json", headers);

    public static Task<Answer> PostBatch(this HttpClient client, string body, string mediaType = Ndjson, string query = "", params (string Name, string Value)[] headers) =>
        client.Send(HttpMethod.Post, Routes.CompletionBatch + query, body, mediaType, headers);

    public static Task<Answer> PostEvents(this HttpClient client, string body, string mediaType = "application/json", string query = "", params (string Name, string Value)[] headers) =>
        client.Send(HttpMethod.Post, Routes.Events + query, body, mediaType, headers);

    public static Task<Answer> Import(this HttpClient client, string body, string query = "", string mediaType = Ndjson, params (string Name, string Value)[] headers) =>
        client.Send(HttpMethod.Post, Routes.Import + query, body, mediaType, headers);

    public static Task<Answer> PostTask(this HttpClient client, string json) => client.Send(HttpMethod.Post, Routes.Tasks, json, "application/json");

    public static Task<Answer> Patch(this HttpClient client, string task, string json) => client.Send(HttpMethod.Patch, $"{Routes.Tasks}/{task}", json, "application/json");

    public static Task<Answer> Get(this HttpClient client, string path, params (string Name, string Value)[] headers) => client.Send(HttpMethod.Get, path, null, null, headers);

    public static Task<Answer> Metrics(this HttpClient client, string query = "", params (string Name, string Value)[] headers) =>
        client.Get(Routes.Metrics + query, headers);

    public static Task<Answer> Timeseries(this HttpClient client, string query = "", params (string Name, string Value)[] headers) =>
        client.Get(Routes.Timeseries + query, headers);

    public static Task<Answer> Send(
        this HttpClient client, HttpMethod method, string path, string? body, string? mediaType, params (string Name, string Value)[] headers) =>
        client.SendBytes(method, path, body is null ? null : Encoding.UTF8.GetBytes(body), mediaType, headers);

    public static async Task<Answer> SendBytes(
        this HttpClient client, HttpMethod method, string path, byte[]? body, string? mediaType, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new ByteArrayContent(body);
        if (mediaType is not null) request.Content!.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content!.Headers.TryAddWithoutValidation(name, value);
        }
        using var response = await client.SendAsync(request);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers);
    }

    /// <summary>A completed attempt with the given members added.</summary>
    public static string Completion(string taskId = "t", string more = "") => $$"""{"task_id":"{{taskId}}","duration_seconds":5,"status":"completed"{{more}}}""";

    /// <summary>An event with the given members added.</summary>
    public static string Event(string type, string entity, string more = "") => $$"""{"event_type":"{{type}}","entity_id":"{{entity}}"{{more}}}""";
}
