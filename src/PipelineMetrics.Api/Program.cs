using PipelineMetrics.Api.Compaction;
using PipelineMetrics.Api.Completions;
using PipelineMetrics.Api.Events;
using PipelineMetrics.Api.Export;
using PipelineMetrics.Api.Health;
using PipelineMetrics.Api.Hosting;
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

if (HealthCheckCommand.IsAskedFor(args)) return await HealthCheckCommand.RunAsync(args);

return await Launch.GuardAsync(() =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddPipelineMetrics(args);
    Engine.AddTo(builder);
    WebhookService.AddTo(builder.Services);
    builder.Services.AddPrometheus();

    var app = builder.Build();
    app.UsePipelineMetrics();

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

    return app.RunAsync();
});
