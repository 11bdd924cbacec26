using PipelineMetrics.Api.Compaction;
using PipelineMetrics.Api.Completions;
using PipelineMetrics.Api.Events;
using PipelineMetrics.Api.Export;
using PipelineMetrics.Api.Health;
using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Api.Hosting.Readiness;
using PipelineMetrics.Api.Import;
using PipelineMetrics.Api.Metrics;
using PipelineMetrics.Api.Pipeline;
using PipelineMetrics.Api.Predictions;
using PipelineMetrics.Api.Prometheus;
using PipelineMetrics.Api.Queue;
using PipelineMetrics.Api.Runners;
using PipelineMetrics.Api.Status;
using PipelineMetrics.Api.Tasks;
using PipelineMetrics.Api.Webhooks;

namespace PipelineMetrics.Api.Hosting;

/// <summary>The whole service, ready to run.</summary>
internal static class Service
{
    /// <exception cref="ConfigurationException">A setting is wrong; nothing was started.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? adjust = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddPipelineMetrics(args);
        Engine.AddTo(builder);
        WebhookService.AddTo(builder.Services);
        builder.Services.AddPrometheus();
        adjust?.Invoke(builder);

        var app = builder.Build();
        app.UsePipelineMetrics();
        app.MapRoutes();
        return app;
    }

    private static void MapRoutes(this WebApplication app)
    {
        app.MapHome();
        app.MapHealthEndpoints();
        app.MapCompletions();
        app.MapTasks();
        app.MapEvents();
        app.MapMetrics();
        app.MapCompaction();
        app.MapImport();
        app.MapExport();
        app.MapPipeline();
        app.MapQueue();
        app.MapStatus();
        app.MapRunners();
        app.MapPipelineHealth();
        app.MapPredictions();
        app.MapWebhooks();
        app.MapPrometheus();
    }
}
