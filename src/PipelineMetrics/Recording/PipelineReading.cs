using PipelineMetrics.Events;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Recording;

/// <summary>One reading of the log into the figures of the pipeline. For one thread; of no use after an exception.</summary>
internal sealed class PipelineReading(Journal journal, Projection state, PipelineScope scope)
{
    private readonly CompletionLineReader _reader = new();
    private readonly Dictionary<LinePlace, Completion> _revisions = [];
    private long _last;
    private bool _mustStartOver;

    public PipelineFold Fold { get; } = new(scope);

    /// <summary>Reads everything up to a number. Revisions first, so that each completion is told once, as it is now.</summary>
    public void ReadAll(long last, CancellationToken cancellation)
    {
        if (state.HasRevisions) Walk(1, last, CollectRevision, cancellation);
        Walk(1, last, (in StoredLine line) => Take(line, isFirstReading: true), cancellation);
        _last = last;
    }

    /// <summary>Reads on up to a number.</summary>
    /// <returns>False when a revision changes what cannot be changed any more: everything has to be read again.</returns>
    public bool TryReadOn(long last, CancellationToken cancellation)
    {
        if (last > _last) Walk(_last + 1, last, (in StoredLine line) => Take(line, isFirstReading: false), cancellation);
        _last = last;
        return !_mustStartOver;
    }

    private void Walk(long from, long last, LineReader take, CancellationToken cancellation) => journal.ReadFrom(from, (in StoredLine line) =>
    {
        if (line.Seq > last || _mustStartOver) return false;
        cancellation.ThrowIfCancellationRequested();
        take(line);
        return true;
    });

    private void CollectRevision(in StoredLine line)
    {
        if (line.Stream != LogStream.Completions || line.Json.IndexOf("\"revises\""u8) < 0) return;
        if (!Completion.TryReadLine(line.Json, out var revision, out _) || revision.Revises is null) return;
        if (Knows(revision) && !IsLeftOut(line, revision.Id) && Original(revision) is { } original) Keep(original.Place, revision);
    }

    private bool Keep(LinePlace original, Completion revision)
    {
        if (_revisions.TryGetValue(original, out var known) && (known.Revision ?? 1) >= (revision.Revision ?? 1)) return false;
        _revisions[original] = revision;
        return true;
    }

    private void Take(in StoredLine line, bool isFirstReading)
    {
        if (line.Stream == LogStream.Events) TakeEvent(line);
        else if (!TryTakePlain(line, isFirstReading)) TakeCompletion(line, isFirstReading);
    }

    private void TakeEvent(in StoredLine line)
    {
        if (!PipelineEvent.TryReadLine(line.Json, out var fact, out _) || IsLeftOut(line, fact.Id)) return;
        Fold.Count(fact.Timestamp.ToUnixTimeMilliseconds(), line.Place.Packed);
        Fold.Apply(fact);
    }

    private bool TryTakePlain(in StoredLine line, bool isFirstReading)
    {
        var fields = default(CompletionLine);
        if (!line.IsVerified || !_reader.TryRead(line.Json, ref fields) || fields.Has(CompletionFields.Revises)) return false;
        // Who has no revision needs no object; a first reading knows all of them.
        if (isFirstReading && _revisions.Count > 0 && _revisions.ContainsKey(line.Place)) return false;
        if (!EndedAttempt.TryRead(fields, out var attempt)) return false;
        Fold.Count(attempt.AtMs, line.Place.Packed);
        Fold.Apply(attempt, line.Place.Packed);
        return true;
    }

    private void TakeCompletion(in StoredLine line, bool isFirstReading)
    {
        if (!Completion.TryReadLine(line.Json, out var completion, out _) || IsLeftOut(line, completion.Id)) return;
        // Who does not know the completion cannot know what corrects it.
        if (!Knows(completion) || (completion.Revises is not null && Original(completion) is null)) return;
        Fold.Count(completion.CreatedAt.ToUnixTimeMilliseconds(), line.Place.Packed);
        if (completion.Revises is null) Fold.Apply(EndedAttempt.Of(_revisions.GetValueOrDefault(line.Place, completion)), line.Place.Packed);
        else if (!isFirstReading) Revise(completion);
    }

    private void Revise(Completion revision)
    {
        var original = Original(revision)!;
        var said = _revisions.GetValueOrDefault(original.Place, original.Completion!);
        if (!Keep(original.Place, revision)) return;
        _mustStartOver |= !Fold.TryRevise(EndedAttempt.Of(said), EndedAttempt.Of(revision), original.Place.Packed);
    }

    // What has left is not there, though its id may still be known for some days.
    private FoundLine? Original(Completion revision) =>
        state.FindOriginal(revision.Revises!) is { Completion: { } completion } line && Knows(completion) && !state.HasLeft(line.Place) ? line : null;

    private bool Knows(Completion completion) => scope.Knows(completion.CreatedAt.ToUnixTimeMilliseconds());

    // A foreign line that repeats an id counts nowhere; ours were checked before they were written.
    private bool IsLeftOut(in StoredLine line, string? id) => !line.IsVerified && id is not null && state.Find(id)?.Place != line.Place;
}
