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
    private volatile bool _isAway;

    private CannedService(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single() + "/";

    /// <summary>Path and query of every question, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>What is answered instead, by the last word of the path.</summary>
    public ConcurrentDictionary<string, (int Status, string ContentType, string Body)> Instead { get; } = new();

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
        var name = http.Request.Path.Value!.Split('/')[^1];
        var (status, type, body) = Instead.TryGetValue(name, out var instead) ? instead : (200, "application/json", Answer(name));
        (http.Response.StatusCode, http.Response.ContentType) = (status, type);
        return http.Response.WriteAsync(body);
    }
}
