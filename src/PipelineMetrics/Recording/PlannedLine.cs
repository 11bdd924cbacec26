using System.Buffers;
using System.Text;
using PipelineMetrics.Events;
using PipelineMetrics.Log;

namespace PipelineMetrics.Recording;

/// <summary>A fact on its way into the log: planned, numbered, written, applied.</summary>
internal sealed class PlannedLine : IPlanned
{
    private readonly PlainLine? _plain;
    private List<(Command Command, Receipt Receipt)>? _followers;
    private PendingLine? _pending;
    private Completion? _completion;
    private string? _id;

    public PlannedLine(Command owner, Completion completion) => (Owner, _completion, _id) = (owner, completion, completion.Id);

    public PlannedLine(Command owner, PlainLine line, string? id) => (Owner, _plain, _id) = (owner, line, id);

    public PlannedLine(Command owner, PipelineEvent fact) => (Owner, Event, _id) = (owner, fact, fact.Id);

    public Command Owner { get; }

    /// <summary>Where the completion stands that this one corrects; known here, so that applying it need not read the log.</summary>
    public LinePlace? Original { get; init; }

    /// <summary>The completion in it; null for an event.</summary>
    public Completion? Completion => _completion ??= _plain is null ? null : Read(_plain);

    public PipelineEvent? Event { get; private set; }

    public LogStream Stream => Event is null ? LogStream.Completions : LogStream.Events;

    /// <summary>The id that was given with it, or the one that we gave when it was numbered.</summary>
    public string? Id => _id ??= _pending is null || _plain is null ? null : Text(_plain);

    public long Seq => _pending?.Seq ?? 0;

    public int Count => 1;

    public void Encode(long seq, DateTimeOffset now, List<PendingLine> lines)
    {
        _pending = new PendingLine(Stream, _plain is null ? Write(seq, now) : Complete(_plain, seq, now));
        lines.Add(_pending);
    }

    public void ApplyTo(Projection state)
    {
        if (Original is null && Event is null && state.TryApplyPlain(_pending!.Body.Span, _pending.Place, _pending.Seq)) return;
        if (Event is null) state.Apply(Completion!, _pending!.Place, _pending.Seq, Original);
        else state.Apply(Event, _pending!.Place, _pending.Seq);
    }

    /// <summary>A command whose answer holds only when this line is durable.</summary>
    public void AddFollower(Command command, Receipt receipt) => (_followers ??= []).Add((command, receipt));

    public void SettleStored(Projection state)
    {
        Owner.Settle(Owner.Stored(this, state));
        foreach (var (command, receipt) in _followers ?? []) command.Settle(receipt);
    }

    public void SettleFailed(Receipt receipt)
    {
        Owner.Settle(receipt);
        foreach (var (command, _) in _followers ?? []) command.Settle(receipt);
    }

    private ReadOnlyMemory<byte> Write(long seq, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        if (_id is null)
        {
            _id = Uuid7.Create(now, seq);
            _completion = _completion?.WithId(_id);
            Event = Event?.WithId(_id);
        }
        _completion?.WriteTo(buffer);
        Event?.WriteTo(buffer);
        return buffer.WrittenMemory;
    }

    private static ReadOnlyMemory<byte> Complete(PlainLine line, long seq, DateTimeOffset now)
    {
        if (line.Made.IdLength == 0) Uuid7.Write(now, seq, line.Bytes.AsSpan(line.Made.IdAt));
        return line.Bytes.AsMemory(0, line.Made.Length);
    }

    private static string Text(PlainLine line) => Encoding.ASCII.GetString(line.Bytes, line.Made.IdAt, Uuid7.TextBytes);

    // Asked for only when another command has to do with it.
    private static Completion Read(PlainLine line) =>
        Completion.TryReadLine(line.Bytes.AsSpan(0, line.Made.Length), out var completion, out var rejection)
            ? completion : throw new InvalidOperationException($"A line was made that cannot be read: {rejection!.Reason}");
}
