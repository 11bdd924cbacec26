using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace PipelineMetrics.Cli.Tests;

/// <summary>A service on a socket that always answers the same: what stands in Golden/answers under the last word of the path.</summary>
internal sealed class CannedService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _streamOpen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isAway;

    private CannedService(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single() + "/";

    /// <summary>Path and query of every question, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>What is answered instead, by the last word of the path.</summary>
    public ConcurrentDictionary<string, (int Status, string ContentType, string Body)> Instead { get; } = new();

    /// <summary>What is streamed to one who follows, one after the other; then the stream ends. When none is left, it stays open.</summary>
    public ConcurrentQueue<string> Streams { get; } = [];

    /// <summary>Done when somebody follows to whom nothing more is streamed.</summary>
    public Task StreamOpen => _streamOpen.Task.WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Whether every connection is broken at once.</summary>
    public bool IsAway
    {
        get => _isAway;
        set => _isAway = value;
    }

    public static async Task<CannedService> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var service = new CannedService(app);
        app.Run(service.AnswerAsync);
        await app.StartAsync();
        return service;
    }

    /// <summary>What is answered to a path that ends so.</summary>
    public static string Answer(string name) => File.ReadAllText(Path.Combine(Folder(), "answers", name + ".json")).TrimEnd('\n');

    /// <summary>Where what must not change by itself is kept.</summary>
    public static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden");

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext http)
    {
        Asked.Enqueue(http.Request.Path + http.Request.QueryString);
        if (IsAway)
        {
            http.Abort();
            return Task.CompletedTask;
        }
        if (http.Request.Query.ContainsKey("follow")) return StreamAsync(http);
        var name = http.Request.Path.Value!.Split('/')[^1];
        var (status, type, body) = Instead.TryGetValue(name, out var instead) ? instead : (200, "application/json", Answer(name));
        (http.Response.StatusCode, http.Response.ContentType) = (status, type);
        return http.Response.WriteAsync(body);
    }

    private async Task StreamAsync(HttpContext http)
    {
        http.Response.ContentType = "application/x-ndjson";
        if (Streams.TryDequeue(out var lines)) await http.Response.WriteAsync(lines);
        await http.Response.Body.FlushAsync();
        if (lines is not null) return;
        _streamOpen.TrySetResult();
        await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
    }
}
