using Microsoft.Extensions.Logging;

namespace PipelineMetrics.Alerting;

/// <summary>One attempt to deliver a message; throws only when it is cancelled.</summary>
public delegate Task<DeliveryOutcome> Attempt(WebhookTarget target, WebhookMessage message, CancellationToken cancellation);

/// <summary>
/// Sends what is queued, each target a few at a time, so that one that hangs delays no other. What is under way at a stop stays queued.
/// </summary>
/// <param name="plan">Who is told what.</param>
/// <param name="outbox">What is sent.</param>
/// <param name="attempt">How.</param>
/// <param name="clock">The time.</param>
/// <param name="logger">Receives what should not happen.</param>
public sealed class Courier(NotificationPlan plan, Outbox outbox, Attempt attempt, TimeProvider clock, ILogger<Courier> logger)
{
    private const int MostAtOnce = 4;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private readonly Dictionary<long, (string Target, Task Sending)> _underWay = [];

    /// <summary>Works until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            StartDue(stopping);
            await outbox.Added.WaitAsync(LookEvery, stopping).ConfigureAwait(false);
        }
        await Task.WhenAll(_underWay.Values.Select(each => each.Sending)).ConfigureAwait(false);
    }

    /// <summary>A webhook that only says that it is one.</summary>
    public WebhookMessage NewTest()
    {
        var now = clock.GetUtcNow();
        return new WebhookMessage(WebhookIds.New(now), WebhookTypes.Test, now, WebhookBody.Of(WebhookTypes.Test, now, "test", "Webhooks arrive here."));
    }

    /// <summary>Sends past the queue, once. A target that wanted nothing more and takes this is told again of what happens.</summary>
    public async Task<DeliveryOutcome> TryAsync(WebhookTarget target, WebhookMessage message, CancellationToken cancellation)
    {
        var outcome = await attempt(target, message, cancellation).ConfigureAwait(false);
        if (outcome.IsDelivered) outbox.Enable(target);
        return outcome;
    }

    /// <summary>Sends what is due, and waits for the answers.</summary>
    internal async Task SendDueAsync()
    {
        while (StartDue(CancellationToken.None) > 0) await Task.WhenAll(_underWay.Values.Select(each => each.Sending)).ConfigureAwait(false);
    }

    private int StartDue(CancellationToken stopping)
    {
        foreach (var (number, _) in _underWay.Where(each => each.Value.Sending.IsCompleted).ToList()) _underWay.Remove(number);
        var started = 0;
        foreach (var delivery in outbox.Due(clock.GetUtcNow()))
        {
            if (_underWay.ContainsKey(delivery.Number) || _underWay.Values.Count(each => each.Target == delivery.Target) >= MostAtOnce) continue;
            if (plan.Find(delivery.Target) is not { } target) continue;
            _underWay.Add(delivery.Number, (delivery.Target, SendAsync(target, delivery, stopping)));
            started++;
        }
        return started;
    }

    private async Task SendAsync(WebhookTarget target, Delivery delivery, CancellationToken stopping)
    {
        try
        {
            var outcome = await attempt(target, delivery.Message, stopping).ConfigureAwait(false);
            outbox.Settle(delivery, outcome);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // It stays queued, as if it had not been tried.
        }
        catch (Exception e)
        {
            // One message that cannot be sent must not end the sending of all others; it is tried again, and given up like any other.
            logger.LogError(e, "Webhook {Id} could not be sent", delivery.Message.Id);
            outbox.Settle(delivery, new DeliveryOutcome(null, "it could not be sent; see the log of the service"));
        }
        finally
        {
            outbox.Added.Set();
        }
    }
}
