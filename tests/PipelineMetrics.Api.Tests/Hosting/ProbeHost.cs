using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using PipelineMetrics.Api.Hosting;
using PipelineMetrics.Api.Hosting.Readiness;

namespace PipelineMetrics.Api.Tests.Hosting;

/// <summary>The host's foundation under a real server on a free port, with routes of the test's own.</summary>
internal sealed class ProbeHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ProbeHost(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Client = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public ServiceState State => _app.Services.GetRequiredService<ServiceState>();

    public static async Task<ProbeHost> StartAsync(Action<WebApplication> map, string environment = "Production", params string[] settings)
    {
        string[] args = ["--urls", "http://127.0.0.1:0", "--environment", environment, "--Serilog:MinimumLevel:Default", "Fatal", .. settings];
        var builder = WebApplication.CreateBuilder(args);
        builder.AddPipelineMetrics(args);
        var app = builder.Build();
        app.UsePipelineMetrics();
        app.MapHealthEndpoints();
        map(app);
        await app.StartAsync();
        return new ProbeHost(app);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
