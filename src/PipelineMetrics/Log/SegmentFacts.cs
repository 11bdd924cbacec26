using PipelineMetrics.Events;

namespace PipelineMetrics.Log;

/// <summary>What the lines of a segment say about time, and how many of them have a number.</summary>
internal sealed class SegmentFacts
{
    private static readonly int CreatedAt = CompletionFields.IndexOf("created_at");
    private static readonly int ReceivedAt = CompletionFields.IndexOf("received_at");
    private readonly CompletionLineReader _reader = new();
    private long _newestRecordedMs = long.MinValue;
    private long _newestFactMs = long.MinValue;

    /// <summary>How many lines have a number.</summary>
    public long NumberedLines { get; private set; }

    /// <summary>When the newest of its facts was recorded; null when no line is a fact.</summary>
    public DateTimeOffset? NewestRecordedAt => At(_newestRecordedMs);

    /// <summary>The newest time that one of its facts says it happened; null when no line is a fact.</summary>
    public DateTimeOffset? NewestFactAt => At(_newestFactMs);

    public void Add(in StoredLine line)
    {
        NumberedLines += line.IsVerified ? 1 : 0;
        if (line.Stream == LogStream.Events)
            AddEvent(line.Json);
        else if (!TryAddPlain(line.Json) && Completion.TryReadLine(line.Json, out var completion, out _))
            Add(completion.CreatedAt, completion.ReceivedAt);
    }

    private bool TryAddPlain(ReadOnlySpan<byte> json)
    {
        var line = default(CompletionLine);
        if (!_reader.TryRead(json, ref line) || !Instant.TryReadMs(line.Raw(CreatedAt), out var created))
            return false;
        var received = created;
        if (line.Has(ReceivedAt) && !Instant.TryReadMs(line.Raw(ReceivedAt), out received))
            return false;
        Add(created, received);
        return true;
    }

    private void AddEvent(ReadOnlySpan<byte> json)
    {
        if (PipelineEvent.TryReadLine(json, out var fact, out _))
            Add(fact.Timestamp, fact.ReceivedAt);
    }

    private void Add(DateTimeOffset fact, DateTimeOffset? recorded) =>
        Add(fact.ToUnixTimeMilliseconds(), (recorded ?? fact).ToUnixTimeMilliseconds());

    private void Add(long factMs, long recordedMs)
    {
        _newestFactMs = Math.Max(_newestFactMs, factMs);
        _newestRecordedMs = Math.Max(_newestRecordedMs, recordedMs);
    }

    private static DateTimeOffset? At(long ms) => ms == long.MinValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
