using PipelineMetrics.Api.Events;
using PipelineMetrics.Api.Hosting.Access;
using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.Api.Hosting.Logging;
using PipelineMetrics.Api.Hosting.OpenApi;
using PipelineMetrics.Api.Hosting.Readiness;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Api.Prometheus;
using PipelineMetrics.Api.Tasks;
using PipelineMetrics.Api.Webhooks;

namespace PipelineMetrics.Api.Hosting;

/// <summary>The host in two lists: what is registered, and what a request passes, outermost first.</summary>
internal static class PipelineMetricsHost
{
    /// <exception cref="ConfigurationException">A setting is wrong; nothing was started.</exception>
    public static void AddPipelineMetrics(this WebApplicationBuilder builder, string[] args)
    {
        builder.AddSettings(args);
        builder.AddServer();
        builder.AddAccess();
        builder.AddWebhooks();
        builder.AddLogging();
        builder.Services.AddErrorHandling();
        builder.Services.AddEncodedBodies();
        builder.Services.AddJsonShape();
        builder.Services.AddApiDocument();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ServiceState>();
        builder.Services.AddSingleton<IngestMeter>();
        builder.Services.AddSingleton<TaskJson>();
        builder.Services.AddSingleton<StreamPlaces>();
        builder.Services.AddSingleton<LiveStreams>();
    }

    public static void UsePipelineMetrics(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseErrorHandling();
        app.UseHostCheck();
        app.UseAccess();
        app.UseRequestFormCheck();
        app.UseReadinessGate();
        app.UseIngestMeter();
        app.UseBodyRoom();
        app.UseEncodedBodies();
        app.UseApiDocument();
    }
}
