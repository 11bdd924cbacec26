using PipelineMetrics.Counters;
using PipelineMetrics.Events;
using PipelineMetrics.Log;

namespace PipelineMetrics.Recording;

/// <summary>
/// One reading of the completions into counters, in the order of their files, from where a state begins; what left before that is in what
/// was carried over. For one thread; of no use after an exception.
/// </summary>
internal sealed class CountersReading
{
    private readonly Journal _journal;
    private readonly Projection _begun;
    private readonly CompletionLineReader _reader = new();
    private readonly Dictionary<LinePlace, CorrectedAttempt> _corrected = [];
    private LinePlace _at;
    private long _lastSeq;
    private bool _mustStartOver;

    /// <param name="journal">The log.</param>
    /// <param name="begun">The state from whose begin it reads.</param>
    public CountersReading(Journal journal, Projection begun)
    {
        (_journal, _begun) = (journal, begun);
        Counters = begun.CarriedOver.Counters;
        _at = begun.Kept.Begin.Completions;
    }

    public AttemptCounters Counters { get; }

    /// <summary>Reads on up to a number.</summary>
    /// <param name="state">The state now, which finds what is corrected.</param>
    /// <param name="last">The number.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>False when what a correction corrects left meanwhile: everything has to be read again.</returns>
    public bool TryReadOn(Projection state, long last, CancellationToken cancellation)
    {
        Read(state, (in StoredLine line) => line.Seq <= last, cancellation);
        return !_mustStartOver;
    }

    /// <summary>Reads on up to a segment.</summary>
    public void ReadBefore(int segment, CancellationToken cancellation) =>
        Read(_begun, (in StoredLine line) => line.Place.Segment < segment, cancellation);

    /// <summary>Takes a correction of an attempt that was read.</summary>
    public void TakeCorrection(in StoredLine line, Func<LinePlace, bool> isWanted)
    {
        if (Correction(line) is { } revision && _begun.FindOriginal(revision.Revises!) is { } original && isWanted(original.Place))
            Correct(original, revision);
    }

    private void Read(Projection state, LineVisitor isWanted, CancellationToken cancellation) => _at = _journal.ReadCompletions(_at, (in StoredLine line) =>
    {
        if (_mustStartOver || !isWanted(line)) return false;
        cancellation.ThrowIfCancellationRequested();
        Take(line, state);
        return true;
    });

    private void Take(in StoredLine line, Projection state)
    {
        if (line.IsVerified && line.Seq <= _lastSeq) return;
        _lastSeq = Math.Max(_lastSeq, line.Seq);
        var fields = default(CompletionLine);
        if (line.IsVerified && _reader.TryRead(line.Json, ref fields) && !fields.Has(CompletionFields.Revises) && CountedAttempt.TryRead(fields, out var attempt))
            Counters.Count(attempt);
        else if (Correction(line) is { } revision) Correct(revision, state);
        else if (Completion.TryReadLine(line.Json, out var completion, out _) && completion.Revises is null) Counters.Count(CountedAttempt.Of(completion, line.IsVerified));
    }

    private void Correct(Completion revision, Projection state)
    {
        if (state.FindOriginal(revision.Revises!) is { } original && !state.HasLeft(original.Place)) Correct(original, revision);
        // What had left before this reading began is in what was carried over, with all its corrections.
        else _mustStartOver |= state != _begun;
    }

    private void Correct(FoundLine original, Completion revision)
    {
        if (!_corrected.TryGetValue(original.Place, out var known))
            _corrected[original.Place] = known = Counters.Known(CountedAttempt.Of(original.Completion!, isOurs: LineFormat.Judge(original.Json).Seq != 0));
        Counters.Correct(known, CountedAttempt.Of(revision, isOurs: true));
    }

    // Only of ours: nobody judged what another program wrote.
    private static Completion? Correction(in StoredLine line) =>
        line is { Stream: LogStream.Completions, IsVerified: true } && line.Json.IndexOf("\"revises\""u8) >= 0
        && Completion.TryReadLine(line.Json, out var completion, out _) && completion.Revises is not null ? completion : null;
}
