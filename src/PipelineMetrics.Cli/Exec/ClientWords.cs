using Microsoft.Extensions.Logging;
using PipelineMetrics.Client;

namespace PipelineMetrics.Cli.Exec;

/// <summary>Keeps what the client says until it is known whether anybody should hear it, and gives up at the first failure: later runs will
/// try again, this one should end.</summary>
internal sealed class ClientWords(CancellationToken stop) : ILogger<PipelineMetricsClient>
{
    private readonly CancellationTokenSource _giveUp = CancellationTokenSource.CreateLinkedTokenSource(stop);
    private readonly List<string> _said = [];

    /// <summary>Whether a request has failed.</summary>
    public Func<bool> HasTrouble { get; set; } = () => false;

    /// <summary>Cancelled when there is no point in trying longer.</summary>
    public CancellationToken GiveUp => _giveUp.Token;

    public IReadOnlyList<string> Said
    {
        get
        {
            lock (_said) return [.. _said];
        }
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        lock (_said) _said.Add(formatter(state, exception));
        if (HasTrouble()) _giveUp.Cancel();
    }
}
