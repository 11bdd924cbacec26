using System.Diagnostics.Metrics;

namespace PipelineMetrics.Client;

/// <summary>The counters for whoever collects meters; they are read when they are asked for and cost nothing else.</summary>
internal sealed class ClientMeter : IDisposable
{
    private const string Unit = "{record}";
    private readonly Meter _meter = new("PipelineMetrics.Client");

    public ClientMeter(Func<ClientCounters> read)
    {
        Count("accepted", "Records that were tracked and taken.", () => read().Accepted);
        Count("sent", "Records the service has stored.", () => read().Sent);
        Count("duplicates", "Records sent that the service had already.", () => read().Duplicates);
        Count("rejected", "Records the service refused for what they say.", () => read().Rejected);
        Count("dropped", "Records that are lost.", () => read().Dropped);
        Count("recovered", "Records of earlier processes found in the spool.", () => read().Recovered);
        _meter.CreateObservableCounter("pipeline_metrics.client.retries", () => read().Retries, "{request}", "Requests that failed and are made again.");
        _meter.CreateObservableUpDownCounter("pipeline_metrics.client.pending", () => read().Pending, Unit, "Records that wait to be sent.");
    }

    public void Dispose() => _meter.Dispose();

    private void Count(string name, string description, Func<long> read) =>
        _meter.CreateObservableCounter($"pipeline_metrics.client.{name}", read, Unit, description);
}
