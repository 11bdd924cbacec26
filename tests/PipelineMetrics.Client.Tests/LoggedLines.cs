using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace PipelineMetrics.Client.Tests;

/// <summary>What was logged, as a reader of the log sees it.</summary>
internal sealed class LoggedLines<T> : ConcurrentQueue<string>, ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Enqueue($"{logLevel}: {formatter(state, exception)}");
}
