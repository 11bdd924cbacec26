using PipelineMetrics.Log;

namespace PipelineMetrics.Recording;

/// <content>Single lines of what was recorded.</content>
public sealed partial class Recorder
{
    /// <summary>
    /// The completion with this id as its line stands in the log, and the id of the revision that counts instead, if there is one.
    /// </summary>
    public (byte[] Json, string? SupersededBy)? FindCompletion(string id)
    {
        if (State.Find(id) is not { Completion: { } completion } line) return null;
        var original = completion.Revises is { } corrected ? State.FindOriginal(corrected)?.Place ?? line.Place : line.Place;
        var current = State.Current(original).Place;
        return (line.Json, current == line.Place ? null : State.Read(current)?.Id);
    }

    /// <summary>The stored line at a place that a figure or a task names; null when the log no longer has it.</summary>
    public byte[]? ReadLine(long place) => _journal.TryRead(LinePlace.Unpack(place), out var json) ? json : null;

    /// <summary>The id of the fact at a place; null for a line without one, as another program may have written it.</summary>
    public string? IdAt(long place) => State.Read(LinePlace.Unpack(place))?.Id;
}
