using System.Numerics;
using System.Text;

namespace PipelineMetrics.Events;

/// <summary>
/// Makes the line of a completion straight from what was sent, when nothing in it needs more than copying: known fields in ASCII,
/// each within its own rule and none against another, no cost to compute. That is nearly everything runners send, and it costs 0.4 µs
/// instead of the 6 µs of a <see cref="CompletionDraft"/>, to which everything else is left: it says what is wrong.
/// </summary>
/// <remarks>For one thread at a time. What it takes, the draft would take too, and write the same line.</remarks>
internal sealed class PlainCompletion
{
    private static readonly IReadOnlyList<Field<CompletionDraft>> Fields = CompletionFields.Reader.Fields;
    private static readonly byte[][] Names =
        [.. Fields.Select(f => (byte[])[(byte)',', (byte)'"', .. f.EncodedName.EncodedUtf8Bytes, (byte)'"', (byte)':'])];

    private static readonly int LongestName = Names.Max(name => name.Length);
    private static readonly int TaskType = CompletionFields.IndexOf("task_type");
    private static readonly int Model = CompletionFields.IndexOf("model");
    private static readonly int Status = CompletionFields.IndexOf("status");
    private static readonly int CreatedAt = CompletionFields.IndexOf("created_at");
    private static readonly int ReceivedAt = CompletionFields.IndexOf("received_at");
    private static readonly int SaidOutcome = CompletionFields.IndexOf("outcome");

    private static readonly ulong Required = Bits("task_id", "duration_seconds", "status");
    private static readonly ulong Tokens = Bits("actual_input_tokens", "actual_output_tokens");
    private static readonly ulong Cost = Bits("actual_cost_usd_micros");

    // They depend on other lines, are dropped, or are judged together with another field.
    private static readonly ulong NeverPlain = Bits("received_at", "revises", "revision", "source", "reasoning_tokens", "tool_errors");

    private readonly CompletionLineReader _reader = new(asSent: true);

    /// <summary>An upper bound of the bytes that the line of these bytes takes.</summary>
    public static int Room(int sentBytes) => sentBytes + (Fields.Count * Field<CompletionDraft>.MostAdded) + (5 * LongestName) + Uuid7.TextBytes + 128;

    /// <summary>Writes the line, without number and checksum.</summary>
    /// <param name="sent">What was sent.</param>
    /// <param name="now">The service's clock.</param>
    /// <param name="line">Has <see cref="Room"/>.</param>
    /// <param name="made">How long the line is and where its id stands.</param>
    /// <returns>False when what was sent is to be judged by the draft; the content of the line is of no use then.</returns>
    public bool TryMake(ReadOnlySpan<byte> sent, DateTimeOffset now, Span<byte> line, out MadeLine made)
    {
        made = default;
        var said = default(CompletionLine);
        if (!_reader.TryRead(sent.Trim(" \t\r\n"u8), ref said) || (said.Present & Required) != Required) return false;
        if (said.NotPlain != 0 || (said.Present & NeverPlain) != 0 || Contradicts(said)) return false;
        if ((said.Present & Tokens) != 0 && (said.Present & Cost) == 0) return false;
        return TryArrive(said, now, out var receivedAt) && TryWrite(said, now, receivedAt, line, out made);
    }

    // An outcome that is not the plain one of its status needs a look at both.
    private static bool Contradicts(in CompletionLine said)
    {
        if (!said.Has(SaidOutcome)) return false;
        var isCompleted = said.Raw(Status).SequenceEqual("completed"u8);
        var outcome = said.Raw(SaidOutcome);
        return isCompleted
            ? !outcome.SequenceEqual("success"u8) && !outcome.SequenceEqual("partial"u8)
            : outcome.SequenceEqual("success"u8);
    }

    private static bool TryArrive(in CompletionLine said, DateTimeOffset now, out bool saysWhenReceived)
    {
        saysWhenReceived = false;
        if (!said.Has(CreatedAt)) return true;
        if (!Instant.TryParse(said.Raw(CreatedAt), out var created)) return false;
        var received = Instant.Truncate(now);
        saysWhenReceived = Completion.SaysWhenReceived(created, received);
        return created <= received + Completion.MaxClockSkew;
    }

    private static bool TryWrite(in CompletionLine said, DateTimeOffset now, bool saysWhenReceived, Span<byte> line, out MadeLine made)
    {
        made = default;
        var (at, idAt, idLength) = (0, 0, 0);
        var written = said.Present | Bit(TaskType) | Bit(Model) | Bit(CreatedAt) | Bit(CompletionFields.Id) | (saysWhenReceived ? Bit(ReceivedAt) : 0);
        for (var rest = written; rest != 0; rest &= rest - 1)
        {
            var field = BitOperations.TrailingZeroCount(rest);
            Names[field].CopyTo(line[at..]);
            at += Names[field].Length;
            var length = said.Has(field) ? Fields[field].CopyPlain(said.Token(field), line[at..]) : WriteOwn(field, now, line[at..]);
            if (length == 0) return false;
            if (field == CompletionFields.Id) (idAt, idLength) = (at + 1, said.Has(field) ? length - 2 : 0);
            at += length;
        }
        line[0] = (byte)'{';
        line[at++] = (byte)'}';
        made = new MadeLine(at, idAt, idLength);
        return true;
    }

    // What the sender left out: the default, the time, or room for an id.
    private static int WriteOwn(int field, DateTimeOffset now, Span<byte> line)
    {
        line[0] = (byte)'"';
        var length = Uuid7.TextBytes;
        if (field == TaskType || field == Model) length = Encoding.ASCII.GetBytes(Completion.Unknown, line[1..]);
        else if (field != CompletionFields.Id) length = Instant.ToText(Instant.Truncate(now), line[1..]).Length;
        line[length + 1] = (byte)'"';
        return length + 2;
    }

    private static ulong Bit(int field) => 1UL << field;

    private static ulong Bits(params ReadOnlySpan<string> names)
    {
        var bits = 0UL;
        foreach (var name in names) bits |= CompletionFields.Reader.Bit(name);
        return bits;
    }
}

/// <summary>A line without number and checksum.</summary>
/// <param name="Length">Its bytes.</param>
/// <param name="IdAt">Where the text of its id begins.</param>
/// <param name="IdLength">How long the id is that the sender gave; 0 when there is room for one of ours.</param>
internal readonly record struct MadeLine(int Length, int IdAt, int IdLength);
