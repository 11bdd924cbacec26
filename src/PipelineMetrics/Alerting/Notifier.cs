using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PipelineMetrics.Log;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Alerting;

/// <summary>Finds out what there is to tell and queues it: what others raise, attempts that failed, thresholds that are crossed.</summary>
public sealed class Notifier
{
    private const int MostRaised = 1000;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private readonly ConcurrentQueue<WebhookMessage> _raised = new();
    private readonly NotificationPlan _plan;
    private readonly Outbox _outbox;
    private readonly Recorder _recorder;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly AlertWatch _watch;
    private bool _isOpen;

    /// <param name="plan">Who is told what.</param>
    /// <param name="outbox">Receives what is to be told.</param>
    /// <param name="recorder">What is told of.</param>
    /// <param name="clock">The time.</param>
    /// <param name="logger">Receives what could not be told.</param>
    public Notifier(NotificationPlan plan, Outbox outbox, Recorder recorder, TimeProvider clock, ILogger<Notifier> logger)
    {
        (_plan, _outbox, _recorder, _clock, _logger) = (plan, outbox, recorder, clock, logger);
        var figures = new AlertFigures(recorder);
        _watch = new AlertWatch(plan.Rules, figures.Read, clock);
    }

    /// <summary>Whether anybody is told anything.</summary>
    public bool HasTargets => _plan.Targets.Count > 0;

    /// <summary>
    /// Tells those who want to know that something is the case. Returns at once, never fails, may be called from any thread and at any
    /// time; where nobody is told of the type it does nothing.
    /// </summary>
    /// <param name="type">One of <see cref="WebhookTypes"/>, such as <see cref="WebhookTypes.HealthDegraded"/>.</param>
    /// <param name="subject">What it is about, such as the name of a check or of a runner.</param>
    /// <param name="detail">What is the case, as a sentence for people.</param>
    public void Raise(string type, string subject, string detail)
    {
        if (!_plan.Tells(type)) return;
        if (_raised.Count >= MostRaised)
        {
            _logger.LogError("{Type} is told to nobody: too much is raised at once", type);
            return;
        }
        var now = _clock.GetUtcNow();
        _raised.Enqueue(new WebhookMessage(WebhookIds.New(now), type, now, WebhookBody.Of(type, now, subject, detail)));
    }

    /// <summary>
    /// Reads what an earlier life left, and notes durably from where on attempts are told of: called when the log is read and before
    /// anything is recorded, so that a service that is killed at once forgets nothing. When the disk does not let it, it says so in the
    /// log, and <see cref="RunAsync"/> tries again.
    /// </summary>
    public void Prepare()
    {
        if (!HasTargets || _isOpen) return;
        try
        {
            _outbox.Open();
            _isOpen = true;
            if (_plan.Tells(WebhookTypes.TaskFailed) && _outbox.Position is null) _outbox.Add([], _recorder.ReplayedSeq);
        }
        catch (DiskException e)
        {
            _logger.LogError("No webhook is sent before webhooks.jsonl can be read: {Reason}", e.Message);
        }
    }

    /// <summary>Works until it is told to stop; what was raised by then is queued.</summary>
    /// <remarks>The log is read, and nobody else has its directory.</remarks>
    public async Task RunAsync(CancellationToken stopping)
    {
        foreach (var type in Untold()) _logger.LogWarning("Rules are watched, but no webhook is told of {Type}", type);
        var feed = await OpenAsync(stopping).ConfigureAwait(false);
        while (!stopping.IsCancellationRequested)
        {
            var isFurther = await StepAsync(feed).ConfigureAwait(false);
            await QuietlyAsync(WaitAsync(isFurther, feed, stopping)).ConfigureAwait(false);
        }
        QueueRaised();
        feed?.Note();
    }

    /// <summary>One round of everything.</summary>
    /// <returns>Whether it came any further in the log.</returns>
    internal async Task<bool> StepAsync(FailureFeed? feed)
    {
        QueueRaised();
        foreach (var change in _watch.Look(_outbox.IsFired)) _outbox.Add([change]);
        _outbox.CatchUp();
        return feed is not null && await TakeAsync(feed).ConfigureAwait(false);
    }

    internal FailureFeed? NewFeed() => _plan.Tells(WebhookTypes.TaskFailed) ? new FailureFeed(_recorder, _outbox, _clock) : null;

    private IEnumerable<string> Untold() => _plan.Rules.Count == 0 ? []
        : new[] { WebhookTypes.AlertFired, WebhookTypes.AlertCleared }.Where(type => !_plan.Tells(type));

    private async Task<FailureFeed?> OpenAsync(CancellationToken stopping)
    {
        for (Prepare(); !_isOpen; Prepare()) await Task.Delay(LookEvery, _clock, stopping).ConfigureAwait(false);
        return NewFeed();
    }

    private async Task<bool> TakeAsync(FailureFeed feed)
    {
        try
        {
            return await feed.StepAsync().ConfigureAwait(false);
        }
        catch (DiskException e)
        {
            _logger.LogWarning("The log could not be read for webhooks; it is tried again: {Reason}", e.Message);
            return false;
        }
    }

    private void QueueRaised()
    {
        var raised = new List<WebhookMessage>();
        while (_raised.TryDequeue(out var message)) raised.Add(message);
        if (raised.Count > 0) _outbox.Add(raised);
    }

    // The pause keeps a busy log from being looked at for every single line.
    private Task WaitAsync(bool isFurther, FailureFeed? feed, CancellationToken stopping) => isFurther
        ? Task.Delay(Pause, _clock, stopping)
        : Task.WhenAny(feed?.WhenMoreAsync() ?? Task.Delay(LookEvery, _clock, stopping), Task.Delay(LookEvery, _clock, stopping));

    // Neither a time that is over nor the end is an error; the loop looks which it is.
    private static async Task QuietlyAsync(Task wait) => await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
