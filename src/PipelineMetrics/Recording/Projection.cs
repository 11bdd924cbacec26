using System.Text;
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
/// One thread applies; what readers may touch (<see cref="Completions"/>, <see cref="Tasks"/>, <see cref="Runners"/>, the finders) is safe from any.
/// </remarks>
/// <param name="journal">The log.</param>
/// <param name="kept">Which part of it counts.</param>
/// <param name="idHash">How ids are hashed.</param>
/// <param name="logger">Receives what is left out.</param>
internal sealed class Projection(Journal journal, KeptHistory kept, SipHash idHash, ILogger logger)
{
    // We write corrections of the first line only; another program may correct a correction of a correction.
    private const int LongestChain = 16;
    private const int MostTaskIdBytes = 256;
    private readonly Lines _lines = new(journal);
    private readonly IdIndex _ids = new(idHash);
    private readonly Revisions _revisions = new();
    private readonly CompletionLineReader _reader = new();

    public KeptHistory Kept => kept;

    public CompletionTable Completions { get; } = new() { WholeFrom = kept.FiguresFrom };

    /// <summary>The sums of what is not in it, because it has left.</summary>
    public CarriedOver CarriedOver { get; set; } = new(new Dictionary<string, long>());

    public TaskBook Tasks { get; } = new();

    /// <summary>The runners. Heartbeats are in no line, so the book goes over from the state before when one takes its place.</summary>
    public RunnerBook Runners { get; set; } = new();

    /// <summary>Foreign lines that are no facts, and lines that repeat an id: read, reported, not counted in any figure.</summary>
    public LeftOutLines LeftOut { get; } = new();

    /// <summary>Applies a line of the log: at start, and when others appended it.</summary>
    public void Apply(in StoredLine line)
    {
        try
        {
            ApplyOnce(line);
        }
        catch (DiskException e)
        {
            // An old line that decides about this one cannot be read. The log must not stop for it.
            LeaveOut(line.Place, $"what it refers to cannot be read: {e.Message}");
        }
    }

    /// <summary>Everything that was read is findable by its id from now on.</summary>
    public void Settle() => _ids.Flush();

    private void ApplyOnce(in StoredLine line)
    {
        // A verified line was decided about before it was written. Whatever is not plain takes the way of foreign lines, which judges.
        if (line.Stream == LogStream.Completions && line.IsVerified && TryApplyPlain(line.Json, line.Place, line.Seq)) return;
        Settle();
        if (line.Stream == LogStream.Completions)
        {
            if (Completion.TryReadLine(line.Json, out var completion, out var rejection)) ApplyOnce(completion, line.Place, line.Seq);
            else LeaveOut(line.Place, rejection!.Reason);
        }
        else if (PipelineEvent.TryReadLine(line.Json, out var fact, out var rejection)) ApplyOnce(fact, line.Place, line.Seq);
        else LeaveOut(line.Place, rejection!.Reason);
    }

    /// <summary>Applies a completion that is in the log.</summary>
    /// <param name="completion">The completion.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="seq">Its number; 0 for a foreign line.</param>
    /// <param name="original">What it corrects, when that is known; else it is looked up, which reads the log.</param>
    public void Apply(Completion completion, LinePlace place, long seq, LinePlace? original = null)
    {
        if (completion.Revises is null) Completions.Add(completion, place.Packed);
        else if ((original ?? FindOriginal(completion.Revises)?.Place) is { } corrected) ApplyRevision(completion, place, corrected);
        else if (kept.Archived.Count == 0)
        {
            // Else what it corrects may have left, and its id with it.
            LeaveOut(place, $"it revises '{completion.Revises}', which is not in the log");
            return;
        }
        Remember(completion.Id, place, seq);
        Tasks.Apply(completion, place.Packed);
    }

    /// <summary>Applies a completion in the form in which the log writes it, without making an object of it.</summary>
    /// <returns>False when it is a correction, closes the attempt of a registered task, or is in another form; nothing was applied then.</returns>
    public bool TryApplyPlain(ReadOnlySpan<byte> json, LinePlace place, long seq)
    {
        var line = default(CompletionLine);
        if (!_reader.TryRead(json, ref line) || !CompletionDecoder.TryDecode(line, out var numbers)) return false;
        if (line.Has(CompletionFields.Revises) || line.IsNotPlain(CompletionFields.Id) || MayBeRegistered(line)) return false;
        Completions.Add(numbers, line, place.Packed);
        var id = line.Raw(CompletionFields.Id);
        if (!id.IsEmpty && !Uuid7.Carries(id, seq)) _ids.AddSoon(id, place.Packed);
        return true;
    }

    /// <summary>Applies an event that is in the log.</summary>
    public void Apply(PipelineEvent fact, LinePlace place, long seq)
    {
        Remember(fact.Id, place, seq);
        Tasks.Apply(fact, place.Packed);
        if (fact is { EventType: TaskEvents.Rework, Task: { } reworked }) Completions.Rework(reworked with { TaskId = Reworked.TaskOf(fact) });
        SawLeaving |= fact.Task is { } task && Leaving?.Contains(task) == true;
        Runners.Apply(fact);
    }

    /// <summary>Tasks that leave with the log's oldest events; null when none does.</summary>
    public IReadOnlySet<TaskKey>? Leaving { get; set; }

    /// <summary>Whether an event about one of them was applied, so that it cannot leave now.</summary>
    public bool SawLeaving { get; private set; }

    /// <summary>Takes the end of an attempt whose completion has left: into its task, and into no figure.</summary>
    public void Apply(in TaskLine line)
    {
        if (Completion.TryReadLine(line.Json, out var completion, out _)) Tasks.Apply(completion, line.Place.Packed);
    }

    /// <summary>Keeps the id of a line that has left, and nothing else of it.</summary>
    public void ApplyId(in StoredLine line)
    {
        var found = line.Stream == LogStream.Completions
            ? Completion.TryReadLine(line.Json, out var completion, out _) ? completion.Id : null
            : PipelineEvent.TryReadLine(line.Json, out var fact, out _) ? fact.Id : null;
        Remember(found, line.Place, line.Seq);
    }

    /// <summary>Whether the line at a place has left: it can be read, and counts in no figure.</summary>
    public bool HasLeft(LinePlace place) => kept.HasLeft(place);

    /// <summary>The line with this id, or null. Reads the line: only it knows its id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="above">Up to this number it is known that no line carries the id by its own number.</param>
    public FoundLine? Find(string id, long above = 0)
    {
        foreach (var place in _ids.Candidates(id))
        {
            if (_lines.Read(LinePlace.Unpack(place)) is { } line && line.Id == id) return line;
        }
        return Uuid7.TryGetSeq(id, out var seq) && seq > above && _lines.ReadSeq(seq) is { } ours && ours.Id == id && kept.Knows(ours.Place) ? ours : null;
    }

    /// <summary>The completion with this id; for the id of a correction, what it corrects in the end. Null when the log does not count one.</summary>
    public FoundLine? FindOriginal(string id)
    {
        var line = Find(id);
        for (var hops = 0; line?.Completion?.Revises is { } corrected && hops < LongestChain; hops++) line = Find(corrected);
        return line?.Completion is { Revises: null } ? line : null;
    }

    /// <summary>The line at a place, or null when it cannot be read any more.</summary>
    public FoundLine? Read(LinePlace place) => _lines.Read(place);

    /// <summary>Whether any completion was ever corrected.</summary>
    public bool HasRevisions => _revisions.Any;

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

    /// <summary>Whether no line can have this id. Costs no look at the log.</summary>
    public bool IsNew(string id) => _ids.Candidates(id).Count == 0 && !Uuid7.TryGetSeq(id, out _);

    /// <summary>Whether other lines have, or may have, a say in one of a block: its id is known, or its task is registered.</summary>
    public bool IsRelated(PostedBlock block)
    {
        if (_ids.ContainsAny(block.Ids)) return true;
        for (var i = 0; i < block.Count && Tasks.Count > 0; i++)
        {
            if (MayBeRegistered(block.Line(i).Span)) return true;
        }
        return false;
    }

    /// <summary>How ids are hashed here.</summary>
    public SipHash IdHash => _ids.Hash;

    /// <summary>Whether the completion in this line, in the form in which the log writes it, may be that of a registered task.</summary>
    public bool MayBeRegistered(ReadOnlySpan<byte> json)
    {
        var line = default(CompletionLine);
        return Tasks.Count > 0 && (!_reader.TryRead(json, ref line) || MayBeRegistered(line));
    }

    private bool MayBeRegistered(in CompletionLine line)
    {
        if (Tasks.Count == 0) return false;
        var bytes = line.Raw(CompletionFields.TaskId);
        if (line.IsNotPlain(CompletionFields.TaskId) || bytes.Length > MostTaskIdBytes) return true;
        Span<char> taskId = stackalloc char[MostTaskIdBytes];
        return Tasks.Knows(taskId[..Encoding.UTF8.GetChars(bytes, taskId)]);
    }

    private void ApplyRevision(Completion revision, LinePlace place, LinePlace original)
    {
        // What has left is in no figure, and neither is what corrects it.
        if (HasLeft(original)) return;
        if (_revisions.TryAdd(original, place, revision.Revision ?? 1)) Completions.Revise(original.Packed, revision, place.Packed);
    }

    // An id we gave holds its own seq, so it needs no place in the index.
    private void Remember(string? id, LinePlace place, long seq)
    {
        if (id is not null && !IsOurs(id, seq)) _ids.Add(id, place.Packed);
    }

    private static bool IsOurs(string id, long seq) => seq > 0 && Uuid7.TryGetSeq(id, out var inside) && inside == seq;

    /// <summary>Notes a line that counts in no figure although it stands in the log.</summary>
    public void LeaveOut(LinePlace place, string reason)
    {
        LeftOut.Add(place, reason);
        // A foreign file of the wrong kind must not become a log of its own.
        if (LeftOut.Count <= LeftOutLines.Kept)
            logger.LogWarning("Line at {Place} of the log is not counted: {Reason}", place, reason);
    }
}
