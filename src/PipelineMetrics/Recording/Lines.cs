using PipelineMetrics.Events;
using PipelineMetrics.Log;

namespace PipelineMetrics.Recording;

/// <summary>A line of the log with the fact in it; exactly one of the two is set.</summary>
internal sealed record FoundLine(LinePlace Place, byte[] Json, Completion? Completion, PipelineEvent? Event)
{
    public string? Id => Completion?.Id ?? Event?.Id;
}

/// <summary>Reads single facts back from the log.</summary>
internal sealed class Lines(Journal journal)
{
    public FoundLine? Read(LinePlace place)
    {
        if (!journal.TryRead(place, out var json)) return null;
        if (place.Stream == LogStream.Completions)
            return Completion.TryReadLine(json, out var completion, out _) ? new FoundLine(place, json, completion, null) : null;
        return PipelineEvent.TryReadLine(json, out var fact, out _) ? new FoundLine(place, json, null, fact) : null;
    }

    public FoundLine? ReadSeq(long seq) =>
        journal.TryFindSeq(LogStream.Completions, seq, out var place) || journal.TryFindSeq(LogStream.Events, seq, out place) ? Read(place) : null;
}
