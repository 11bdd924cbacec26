using PipelineMetrics.Api.Hosting;

if (HealthCheckCommand.IsAskedFor(args)) return await HealthCheckCommand.RunAsync(args);

return await Launch.GuardAsync(() => Service.Build(args).RunAsync());
