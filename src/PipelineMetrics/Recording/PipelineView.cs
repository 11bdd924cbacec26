using PipelineMetrics.History;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Recording;

/// <summary>
/// The figures of the pipeline, made of the log when somebody asks. The question about everything reads only what was recorded since
/// it was asked last; one about a range reads the log anew. Nobody who records waits for it, and who never asks needs no memory for it.
/// </summary>
/// <remarks>Any thread; one question at a time, the others wait.</remarks>
public sealed class PipelineView
{
    private readonly Journal _journal;
    private readonly Func<Projection> _state;
    private readonly HistoryHead _shown;
    private readonly Lock _lock = new();
    private PipelineReading? _everything;
    private Projection? _read;
    private long _foreignLines;

    internal PipelineView(Journal journal, Func<Projection> state, HistoryHead shown) => (_journal, _state, _shown) = (journal, state, shown);

    /// <summary>What the figures are made of: as long as it is the same, so are they, but for a range that moves with the clock.</summary>
    public (long LastSeq, long ForeignLines, int Left) Version => (_shown.Seq, ForeignLines, _state().Kept.Archived.Count);

    /// <summary>Lets go what was read, because a part of the log has left.</summary>
    internal void Forget()
    {
        lock (_lock)
        {
            (_everything, _read) = (null, null);
        }
    }

    private long ForeignLines => _journal.Status.Events.ForeignLines + _journal.Status.Completions.ForeignLines;

    /// <summary>The figures of a range.</summary>
    /// <param name="scope">The range.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="DiskException">The disk would not read.</exception>
    /// <exception cref="OperationCanceledException">The reading was ended.</exception>
    public PipelineFigures Figures(PipelineScope scope, CancellationToken cancellation) => Ask(scope, fold => fold.ToFigures(), cancellation);

    /// <summary>The chains of a range: first those that wait longest.</summary>
    /// <inheritdoc cref="Figures"/>
    public IReadOnlyList<ChainFigures> Chains(PipelineScope scope, CancellationToken cancellation) => Ask(scope, fold => fold.ToChains(), cancellation);

    /// <summary>
    /// Writes the figures of everything into <c>aggregates.json</c> beside the log, as ADR-009 describes it. On return the file is durable.
    /// </summary>
    /// <param name="now">The time that the file shows.</param>
    /// <param name="idAt">The id of the fact at a place of the log.</param>
    /// <param name="cancellation">Ends the reading; what is being written is written.</param>
    /// <returns>What it holds.</returns>
    /// <exception cref="DiskException">The disk would not read or write; the file of before is untouched.</exception>
    /// <exception cref="LogInUseException">The log was opened to be looked at only, and somebody writes it.</exception>
    public PipelineFigures Refresh(DateTimeOffset now, Func<long, string?> idAt, CancellationToken cancellation)
    {
        lock (_lock)
        {
            var figures = Everything(cancellation).ToFigures();
            _journal.ReplaceBeside(LogNames.Aggregates, AggregatesFile.Write(figures, figures.LastPlace is { } place ? idAt(place) : null, now));
            return figures;
        }
    }

    private T Ask<T>(PipelineScope scope, Func<PipelineFold, T> answer, CancellationToken cancellation)
    {
        lock (_lock)
        {
            return answer(scope == PipelineScope.Everything ? Everything(cancellation) : Range(scope, cancellation));
        }
    }

    private PipelineFold Range(PipelineScope scope, CancellationToken cancellation)
    {
        var reading = new PipelineReading(_journal, _state(), scope);
        reading.ReadAll(_shown.Seq, cancellation);
        return reading.Fold;
    }

    private PipelineFold Everything(CancellationToken cancellation)
    {
        // Lines without a number may come to stand before those that were read.
        var (foreignLines, state) = (ForeignLines, _state());
        var reading = foreignLines == _foreignLines && state == _read ? _everything : null;
        (_everything, _foreignLines, _read) = (null, foreignLines, state);
        if (reading is null || !reading.TryReadOn(_shown.Seq, cancellation))
        {
            reading = new PipelineReading(_journal, state, PipelineScope.Everything);
            reading.ReadAll(_shown.Seq, cancellation);
        }
        // One that ended early is not kept, because it knows a part of a fact.
        _everything = reading;
        return reading.Fold;
    }
}
