using PipelineMetrics.Api.Hosting;
using PipelineMetrics.Api.Hosting.Readiness;

if (HealthCheckCommand.IsAskedFor(args)) return await HealthCheckCommand.RunAsync(args);

return await Launch.GuardAsync(() =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddPipelineMetrics(args);

    var app = builder.Build();
    app.UsePipelineMetrics();

    app.MapHome();
    app.MapHealthEndpoints();

    return app.RunAsync();
});
