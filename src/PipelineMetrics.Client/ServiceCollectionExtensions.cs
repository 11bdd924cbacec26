using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PipelineMetrics.Client;

/// <summary>Adds the client to the services of an application.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>
    /// Adds a <see cref="PipelineMetricsClient"/>, one for the application. It starts and stops with the host, and a stop sends what
    /// is left. Further calls change nothing.
    /// </summary>
    /// <param name="services">The services of the application. A <see cref="TimeProvider"/> among them is used.</param>
    /// <param name="configure">Sets the options.</param>
    public static IServiceCollection AddPipelineMetricsClient(this IServiceCollection services, Action<PipelineMetricsClientOptions>? configure = null)
    {
        services.TryAddSingleton(provider =>
        {
            var options = new PipelineMetricsClientOptions();
            configure?.Invoke(options);
            return new PipelineMetricsClient(
                options, provider.GetService<ILogger<PipelineMetricsClient>>(), clock: provider.GetService<TimeProvider>());
        });
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ClientHost>());
        return services;
    }

    private sealed class ClientHost(PipelineMetricsClient client) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            client.Start();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => client.StopAsync(cancellationToken);
    }
}
