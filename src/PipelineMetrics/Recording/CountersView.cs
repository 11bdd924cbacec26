using PipelineMetrics.Counters;
using PipelineMetrics.History;
using PipelineMetrics.Log;

namespace PipelineMetrics.Recording;

/// <summary>The series of all counters at one moment.</summary>
public sealed class CounterFigures
{
    private readonly Dictionary<AttemptCounter, IReadOnlyList<CounterSeries>> _series;

    internal CounterFigures(AttemptCounters counters) =>
        _series = Enum.GetValues<AttemptCounter>().ToDictionary(counter => counter, counters.SeriesOf);

    /// <summary>The series of a counter, in the order of their labels.</summary>
    public IReadOnlyList<CounterSeries> this[AttemptCounter counter] => _series[counter];

    /// <summary>By what a counter counts, in the order of the labels of its series.</summary>
    public static IReadOnlyList<CounterLabel> LabelsOf(AttemptCounter counter) => AttemptCounters.LabelsOf(counter);
}

/// <summary>
/// What finished attempts come to since the log began, made of the log when somebody asks: the first question reads all of it, later ones
/// what was recorded since. Nobody who records waits for it, and who never asks needs no memory for it.
/// </summary>
/// <remarks>Any thread. One reading at a time; whoever asks meanwhile waits for it.</remarks>
public sealed class CountersView
{
    private readonly Journal _journal;
    private readonly Func<Projection> _state;
    private readonly HistoryHead _shown;
    private readonly CancellationToken _ending;
    private readonly Lock _lock = new();
    private Task<CounterFigures>? _asked;
    private CountersReading? _reading;
    private bool _hasEnded;

    internal CountersView(Journal journal, Func<Projection> state, HistoryHead shown, CancellationToken ending) =>
        (_journal, _state, _shown, _ending) = (journal, state, shown, ending);

    /// <summary>
    /// The counters with everything that was acknowledged before the call, unless a reading was under way already: then with what was before
    /// that began. Whoever does not wait for the end leaves the reading to those who ask next.
    /// </summary>
    /// <exception cref="DiskException">The disk would not read; the next question tries again.</exception>
    /// <exception cref="OperationCanceledException">The service stops.</exception>
    public Task<CounterFigures> AskAsync()
    {
        lock (_lock)
        {
            if (_asked is { IsCompleted: false }) return _asked;
            _asked = _hasEnded ? Task.FromCanceled<CounterFigures>(new CancellationToken(canceled: true)) : Task.Run(Read, CancellationToken.None);
            // Whoever asked may be gone by then.
            _asked.ContinueWith(asked => asked.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return _asked;
        }
    }

    /// <summary>Nothing is read any more when this returns.</summary>
    internal void End()
    {
        lock (_lock) _hasEnded = true;
        if (_asked is { } asked) Task.WaitAny(asked);
    }

    private CounterFigures Read()
    {
        // One that ended early is not kept, because it knows a part of a fact.
        var reading = Interlocked.Exchange(ref _reading, null);
        while (true)
        {
            var state = _state();
            reading ??= new CountersReading(_journal, state);
            if (reading.TryReadOn(state, _shown.Seq, _ending)) break;
            reading = null;
        }
        _reading = reading;
        return new CounterFigures(reading.Counters);
    }
}
