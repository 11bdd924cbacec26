using PipelineMetrics.Alerting;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Api.Webhooks;

/// <summary>Sends a webhook that only says that it is one, past the queue, one trial at a time.</summary>
internal sealed class WebhookTrial(NotificationPlan plan, Courier courier) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Whether there is anybody to send to.</summary>
    /// <param name="target">The name of the one that is meant; null for all.</param>
    public bool Reaches(string? target) => Meant(target).Any();

    /// <summary>What came of it for each target; null when another trial is under way.</summary>
    public async Task<WebhookTestResponse?> RunAsync(string? target, CancellationToken cancellation)
    {
        if (!await _turn.WaitAsync(0, cancellation)) return null;
        try
        {
            var message = courier.NewTest();
            var results = await Task.WhenAll(Meant(target).Select(async each => Result(each, await courier.TryAsync(each, message, cancellation))));
            return new WebhookTestResponse(message.Id, results);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private IEnumerable<WebhookTarget> Meant(string? target) => plan.Targets.Where(each => target is null || each.Name == target);

    private static WebhookTestResult Result(WebhookTarget target, DeliveryOutcome outcome) => new()
    {
        Target = target.Name, Url = target.Shown, Delivered = outcome.IsDelivered, ResponseStatus = outcome.Status, Error = outcome.Reason,
    };
}
