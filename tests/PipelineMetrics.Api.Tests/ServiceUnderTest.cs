using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using PipelineMetrics.Api.Hosting.Readiness;
using PipelineMetrics.Log;

namespace PipelineMetrics.Api.Tests;

/// <summary>
/// The real host on a folder of its own, which goes when it is disposed. Any number can run side by side.
/// Settings are given as on the command line: `new ServiceUnderTest { Settings = { ["limits:body_bytes"] = "2048" } }`.
/// </summary>
public sealed class ServiceUnderTest : WebApplicationFactory<Program>
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pipeline-metrics-");

    /// <summary>Development or Production; what the service answers must not depend on it.</summary>
    public string Environment { get; init; } = "Production";

    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>Where this service keeps its log.</summary>
    public string LogDirectory => Path.Combine(_folder.FullName, "api-logs");

    /// <summary>What the service believes the time is; null for the real clock.</summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>The disk it writes to; null for the real one.</summary>
    public IDisk? Disk { get; init; }

    /// <summary>A client of the service once it has read its log.</summary>
    public async Task<HttpClient> StartAsync()
    {
        var client = CreateClient();
        await Services.GetRequiredService<ServiceState>().Started;
        return client;
    }

    /// <summary>Makes it listen on a socket instead of in memory. Call it before the start.</summary>
    public void ListenOnASocket()
    {
        UseKestrel();
        // Given to the host as a setting: UseKestrel(0) changes the address after the host was built, which may have started by then.
        Settings["urls"] = "http://127.0.0.1:0";
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment(Environment);
        builder.UseSetting("log:directory", LogDirectory);
        builder.UseSetting("Serilog:MinimumLevel", "Fatal");
        foreach (var (key, value) in Settings) builder.UseSetting(key, value);
        if (Disk is { } disk) builder.ConfigureServices(services => services.AddSingleton(disk));
        if (Clock is { } clock) builder.ConfigureServices(services => services.AddSingleton(clock));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Refresh();
        if (_folder.Exists) _folder.Delete(recursive: true);
    }
}
