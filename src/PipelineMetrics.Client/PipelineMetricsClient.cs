using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Client;

/// <summary>
/// Records finished attempts at tasks. <see cref="Track"/> takes a record at once; one task in the background sends what was taken,
/// in batches, again and again until the service has stored it. Every record has an id, so what is sent twice is stored once.
/// All members may be used by any number of threads.
/// </summary>
public sealed class PipelineMetricsClient : IAsyncDisposable
{
    private readonly PipelineMetricsClientOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly BatchSender _sender;
    private readonly Intake _intake;
    private readonly Spool? _spool;
    private readonly Delivery _delivery;
    private readonly Alarm _alarm;
    private readonly Pump _pump;
    private readonly ClientMeter _meter;
    private readonly bool _isEnabled;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _life = new();
    private volatile bool _isRunning;
    private Task? _running;
    private Task? _stopping;

    /// <summary>Makes a client, which does nothing until it is started or the first record is tracked.</summary>
    /// <param name="options">Read now; changing them later changes nothing.</param>
    /// <param name="logger">Is told of records that were refused or dropped, and of troubles once each; null for nobody.</param>
    /// <param name="handler">What carries requests; null for the network. Stays the caller's.</param>
    /// <param name="clock">The time; null for that of the system.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public PipelineMetricsClient(
        PipelineMetricsClientOptions options, ILogger<PipelineMetricsClient>? logger = null, HttpMessageHandler? handler = null, TimeProvider? clock = null)
    {
        options.Check();
        _options = options;
        _isEnabled = options.Enabled;
        _clock = clock ?? TimeProvider.System;
        _logger = (ILogger?)logger ?? NullLogger.Instance;
        _sender = new BatchSender(options, handler, _clock);
        _alarm = new Alarm(_clock);
        var patience = new Patience(_alarm, _clock);
        var ids = new RecordIds();
        var delays = new RetryDelays(options.MaxRetryDelay, Random.Shared.NextDouble);
        var isSpooled = options is { SpoolDirectory: not null, DryRun: false };
        var refused = new RejectedFile(isSpooled ? options.SpoolDirectory : null, _clock, _logger);
        _delivery = new Delivery(options.DryRun ? new DryRun(_logger).PostAsync : _sender.PostAsync, delays, patience, refused, _logger);
        _intake = isSpooled ? new SpoolIntake(ids) : new MemoryIntake(options.QueueRecords, ids);
        if (_intake is SpoolIntake spooled) _spool = new Spool(new SpoolDirectory(options, ids, _clock, _logger), spooled, _delivery.Tally);
        var times = new PumpTimes(_clock, _alarm, patience, options.FlushInterval, options.MaxRetryDelay);
        _pump = new Pump(_intake, _spool, _delivery, times, _logger);
        _meter = new ClientMeter(() => Counters);
    }

    /// <summary>What the client did so far.</summary>
    public ClientCounters Counters => _delivery.Tally.Read() with
    {
        Accepted = _intake.Accepted,
        Pending = _intake.Pending + (_spool?.Pending ?? 0),
        Dropped = _delivery.Tally.Dropped + _intake.Lost,
    };

    /// <summary>
    /// Takes a record. Never waits for the disk or the network, never throws. The first call starts the client, and makes the file of
    /// the spool.
    /// </summary>
    /// <param name="completion">
    /// The record; not to be changed afterwards. Without an <c>id</c> it is given one, without a <c>created_at</c> it happened now.
    /// </param>
    /// <returns>Whether it was taken, and what it will survive.</returns>
    public TrackResult Track(CompletionRequest completion)
    {
        if (!_isEnabled) return TrackResult.Disabled;
        var result = TrackResult.Dropped;
        try
        {
            if (!_isRunning) Start();
            var wakes = false;
            if (completion is not null) result = _intake.Take(completion, _clock.GetUtcNow(), out wakes);
            if (wakes) _alarm.Ring();
        }
        catch (Exception)
        {
            // A runner must not fail because of its metrics, whatever is wrong with a record, the disk or the memory. It counts as dropped.
        }
        if (result == TrackResult.Dropped) _delivery.Tally.AddDropped(1);
        return result;
    }

    /// <summary>
    /// Starts sending, and makes the file of the spool; what earlier processes left in it is sent too. Does nothing when it has
    /// started before or is disabled.
    /// </summary>
    public void Start()
    {
        if (!_isEnabled || _isRunning) return;
        lock (_life)
        {
            if (_running is not null || _stopping is not null) return;
            _spool?.Open();
            _running = Task.Run(() => _pump.RunAsync(_end.Token));
            _isRunning = true;
        }
    }

    /// <summary>
    /// Sends what was tracked before this call and what earlier processes left in the spool, now. A pause after a failure is cut
    /// short, unless the service asked for it. Never throws; starts the client if need be.
    /// </summary>
    /// <param name="timeout">How long to go on trying.</param>
    /// <param name="cancellationToken">Ends the waiting, not the sending.</param>
    /// <returns>True when all of it is stored, or refused for what it says; false when some of it still waits.</returns>
    public async Task<bool> FlushAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        if (!_isEnabled) return true;
        Start();
        return _isRunning && await _pump.FlushAsync(timeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Takes nothing more, sends what was taken for at most <see cref="PipelineMetricsClientOptions.StopTimeout"/>, and ends. What then
    /// still waits stays in the spool; without one it is lost and counted. Never throws; may be called again, and does nothing then.
    /// </summary>
    /// <param name="cancellationToken">Ends the sending at once.</param>
    public Task StopAsync(CancellationToken cancellationToken = default)
    {
        lock (_life) return _stopping ??= EndAsync(cancellationToken);
    }

    /// <summary>Stops as <see cref="StopAsync"/> does and lets go of everything.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private async Task EndAsync(CancellationToken cancel)
    {
        _intake.Close();
        if (_running is { } running)
        {
            await _pump.FlushAsync(_options.StopTimeout, cancel).ConfigureAwait(false);
            await _end.CancelAsync().ConfigureAwait(false);
            await running.ConfigureAwait(false);
        }
        _delivery.Tally.AddDropped(_intake.Abandon());
        _spool?.Dispose();
        _sender.Dispose();
        _meter.Dispose();
    }
}
