namespace PipelineMetrics.Api.Hosting.Logging;

/// <summary>Logs exceptions of tasks that nobody awaited; without this they vanish.</summary>
internal sealed class UnobservedTasks(ILogger<UnobservedTasks> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        TaskScheduler.UnobservedTaskException += Report;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        TaskScheduler.UnobservedTaskException -= Report;
        return Task.CompletedTask;
    }

    private void Report(object? sender, UnobservedTaskExceptionEventArgs unobserved) =>
        logger.LogError(unobserved.Exception, "A background task failed and nothing was waiting for it");
}
