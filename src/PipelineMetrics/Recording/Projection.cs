using Microsoft.Extensions.Logging;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Events;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Recording;

/// <summary>
/// Everything the service holds in memory, made of the log and nothing else. The same calls run when a fact is committed and when
/// it is replayed, so the live state always equals the replayed one.
/// </summary>
/// <remarks>
/// One thread applies; what readers may touch (<see cref="Completions"/>, <see cref="Tasks"/>, the finders) is safe from any.
/// </remarks>
internal sealed class Projection(Journal journal, ILogger logger)
{
    private readonly Lines _lines = new(journal);
    private readonly IdIndex _ids = new();
    private readonly Revisions _revisions = new();

    public CompletionTable Completions { get; } = new();

    public TaskBook Tasks { get; } = new();

    /// <summary>Foreign lines that are no facts, and lines that repeat an id: read, reported, not counted in any figure.</summary>
    public LeftOutLines LeftOut { get; } = new();

    /// <summary>Applies a line of the log: at start, and when others appended it.</summary>
    public void Apply(in StoredLine line)
    {
        if (line.Stream == LogStream.Completions)
        {
            if (Completion.TryReadLine(line.Json, out var completion, out var rejection)) ApplyOnce(completion, line.Place, line.Seq);
            else LeaveOut(line.Place, rejection!.Reason);
        }
        else if (PipelineEvent.TryReadLine(line.Json, out var fact, out var rejection)) ApplyOnce(fact, line.Place, line.Seq);
        else LeaveOut(line.Place, rejection!.Reason);
    }

    /// <summary>Applies a completion that is in the log.</summary>
    public void Apply(Completion completion, LinePlace place, long seq)
    {
        Remember(completion.Id, place, seq);
        if (completion.Revises is null) Completions.Add(completion, place.Packed);
        else ApplyRevision(completion, place);
        Tasks.Apply(completion, place.Packed);
    }

    /// <summary>Applies an event that is in the log.</summary>
    public void Apply(PipelineEvent fact, LinePlace place, long seq)
    {
        Remember(fact.Id, place, seq);
        Tasks.Apply(fact, place.Packed);
    }

    /// <summary>The line with this id, or null. Reads the line: only it knows its id.</summary>
    public FoundLine? Find(string id)
    {
        foreach (var place in _ids.Candidates(id))
        {
            if (_lines.Read(LinePlace.Unpack(place)) is { } line && line.Id == id) return line;
        }
        return Uuid7.TryGetSeq(id, out var seq) && _lines.ReadSeq(seq) is { } ours && ours.Id == id ? ours : null;
    }

    /// <summary>The line at a place, or null when it cannot be read any more.</summary>
    public FoundLine? Read(LinePlace place) => _lines.Read(place);

    /// <summary>The line that counts now for the completion at a place: its highest revision, or itself.</summary>
    public (LinePlace Place, long Revision) Current(LinePlace original) => _revisions.Current(original);

    private void ApplyOnce(Completion completion, LinePlace place, long seq)
    {
        if (completion.Id is { } id && !IsOurs(id, seq) && Find(id) is not null) LeaveOut(place, $"the id '{id}' occurs before");
        else Apply(completion, place, seq);
    }

    private void ApplyOnce(PipelineEvent fact, LinePlace place, long seq)
    {
        if (fact.Id is { } id && !IsOurs(id, seq) && Find(id) is not null) LeaveOut(place, $"the id '{id}' occurs before");
        else Apply(fact, place, seq);
    }

    private void ApplyRevision(Completion revision, LinePlace place)
    {
        if (Find(revision.Revises!) is not { Completion: not null } original)
        {
            LeaveOut(place, $"it revises '{revision.Revises}', which is not in the log");
            return;
        }
        if (_revisions.TryAdd(original.Place, place, revision.Revision ?? 1)) Completions.Revise(original.Place.Packed, revision, place.Packed);
    }

    // An id we gave holds its own seq, so it needs no place in the index.
    private void Remember(string? id, LinePlace place, long seq)
    {
        if (id is not null && !IsOurs(id, seq)) _ids.Add(id, place.Packed);
    }

    private static bool IsOurs(string id, long seq) => seq > 0 && Uuid7.TryGetSeq(id, out var inside) && inside == seq;

    private void LeaveOut(LinePlace place, string reason)
    {
        LeftOut.Add(place, reason);
        // A foreign file of the wrong kind must not become a log of its own.
        if (LeftOut.Count <= LeftOutLines.Kept)
            logger.LogWarning("Line at {Place} of the log is not counted: {Reason}", place, reason);
    }
}
