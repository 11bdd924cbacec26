using System.Buffers;
using PipelineMetrics.Events;
using PipelineMetrics.Log;

namespace PipelineMetrics.Recording;

/// <summary>A fact on its way into the log: planned, numbered, written, applied.</summary>
internal sealed class PlannedLine
{
    private readonly List<(Command Command, Receipt Receipt)> _followers = [];
    private PendingLine? _pending;

    public PlannedLine(Command owner, Completion completion) => (Owner, Completion) = (owner, completion);

    public PlannedLine(Command owner, PipelineEvent fact) => (Owner, Event) = (owner, fact);

    public Command Owner { get; }

    /// <summary>Where the completion stands that this one corrects; known here, so that applying it need not read the log.</summary>
    public LinePlace? Original { get; init; }

    public Completion? Completion { get; private set; }

    public PipelineEvent? Event { get; private set; }

    public LogStream Stream => Event is null ? LogStream.Completions : LogStream.Events;

    public string? Id => Completion?.Id ?? Event?.Id;

    public long Seq => _pending?.Seq ?? 0;

    /// <summary>The line as the log takes it. Its number is known before it is written, because an id that we give holds it.</summary>
    public PendingLine Encode(long seq, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        if (Id is null) GiveId(Uuid7.Create(now, seq));
        Completion?.WriteTo(buffer);
        Event?.WriteTo(buffer);
        return _pending = new PendingLine(Stream, buffer.WrittenMemory);
    }

    public void ApplyTo(Projection state)
    {
        if (Original is null && Completion is not null && state.TryApplyPlain(_pending!.Body.Span, _pending.Place, _pending.Seq)) return;
        if (Completion is not null) state.Apply(Completion, _pending!.Place, _pending.Seq, Original);
        else state.Apply(Event!, _pending!.Place, _pending.Seq);
    }

    /// <summary>A command whose answer holds only when this line is durable.</summary>
    public void AddFollower(Command command, Receipt receipt) => _followers.Add((command, receipt));

    public void SettleStored(Projection state)
    {
        Owner.Settle(Owner.Stored(this, state));
        foreach (var (command, receipt) in _followers) command.Settle(receipt);
    }

    public void SettleFailed(Receipt receipt)
    {
        Owner.Settle(receipt);
        foreach (var (command, _) in _followers) command.Settle(receipt);
    }

    private void GiveId(string id)
    {
        Completion = Completion?.WithId(id);
        Event = Event?.WithId(id);
    }
}
