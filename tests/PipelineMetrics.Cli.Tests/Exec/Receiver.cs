using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Cli.Tests.Exec;

/// <summary>Something at an address that takes records, as the service does.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Receiver(WebApplication app) => _app = app;

    public ConcurrentQueue<JsonElement> Records { get; } = [];

    public string? Key { get; private set; }

    public string Address => _app.Urls.Single();

    public string[] Tasks => [.. Records.Select(record => record.GetProperty("task_id").GetString()!)];

    /// <param name="status">What it answers to everything: 200 takes it.</param>
    /// <param name="port">Where; 0 for any that is free.</param>
    public static async Task<Receiver> StartAsync(int status = 200, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.MapPost(Routes.CompletionBatch, (HttpRequest request) => receiver.TakeAsync(request, status));
        await app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpRequest request, int status)
    {
        Key = request.Headers.Authorization;
        if (status != 200) return Results.StatusCode(status);
        using var reader = new StreamReader(request.Body);
        var lines = (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var line in lines) Records.Enqueue(JsonSerializer.Deserialize<JsonElement>(line));
        return Results.Json(new BatchReceipt { Stored = lines.Length, Duplicate = 0, Rejected = 0, Results = [] });
    }
}
