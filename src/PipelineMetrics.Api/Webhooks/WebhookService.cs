using PipelineMetrics.Alerting;
using PipelineMetrics.Api.Hosting;
using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Api.Hosting.Readiness;
using PipelineMetrics.Health;

namespace PipelineMetrics.Api.Webhooks;

/// <summary>
/// Runs the finding and the sending of webhooks beside the server. It ends as soon as the stop begins; what is not delivered by then
/// stays queued for the next start.
/// </summary>
internal sealed class WebhookService(
    Notifier notifier, Courier courier, HealthWatch watch, ServiceState state, IHostApplicationLifetime lifetime, ILogger<WebhookService> logger) : BackgroundService
{
    public static void AddTo(IServiceCollection services)
    {
        services.AddSingleton<Outbox>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<Attempt>(provider => provider.GetRequiredService<WebhookSender>().SendAsync);
        services.AddSingleton<Notifier>();
        services.AddSingleton<Courier>();
        services.AddSingleton<WebhookTrial>();
        services.AddHostedService<WebhookService>();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!notifier.HasTargets) return;
        HealthNotices.Tell(watch, notifier);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        try
        {
            // The log is read, and with it the directory is ours.
            await state.Started.WaitAsync(stop.Token);
            if (!state.Current.Loaded) return;
            await Task.WhenAll(Task.Run(() => notifier.RunAsync(stop.Token), CancellationToken.None), Task.Run(() => courier.RunAsync(stop.Token), CancellationToken.None));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped before it had begun.
        }
        catch (Exception e)
        {
            // Whatever is wrong here, recording and answering go on; the default would end the service.
            logger.LogCritical(e, "No webhook is sent until the service is restarted");
        }
    }
}

internal static class WebhookSetup
{
    /// <summary>Reads who is told what, so that a setting that is wrong stops the start.</summary>
    /// <exception cref="ConfigurationException">A target or a rule breaks a rule.</exception>
    public static void AddWebhooks(this WebApplicationBuilder builder)
    {
        var options = builder.OptionsOf<NotificationOptions>();
        var targets = new WebhookTargets(options, ListenAddresses.Of(builder.Configuration)).Read(builder.Configuration);
        builder.Services.AddSingleton(new NotificationPlan(targets, AlertRules.Read(builder.Configuration)) { MaxAttempts = options.MaxAttempts });
    }
}
