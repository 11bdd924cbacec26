using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Importing;

/// <summary>
/// Says what recording facts would come to, and writes nothing. Of those it has let pass it keeps 16 bytes each, the id and all that is
/// said under it, so that a later line with the same id is told apart.
/// </summary>
internal sealed class DryRun(Recorder recorder)
{
    private readonly Dictionary<ulong, ulong> _passed = [];
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public Receipt Judge(Fact fact)
    {
        var (id, content) = (Hash(Encoding.UTF8.GetBytes(fact.Id)), ContentOf(fact));
        if (_passed.TryGetValue(id, out var before))
            return before == content ? new Receipt(Verdict.Duplicate) { Id = fact.Id } : Conflict(fact);
        if (recorder.CompareWithStored(fact) is { } known) return known;
        if (fact.Completion?.Revises is { } revised && !_passed.ContainsKey(Hash(Encoding.UTF8.GetBytes(revised))) && !recorder.Counts(revised))
            return RecordFact.NothingToCorrect(revised);
        _passed.Add(id, content);
        return new Receipt(Verdict.Stored) { Id = fact.Id };
    }

    private ulong ContentOf(Fact fact)
    {
        _buffer.ResetWrittenCount();
        fact.Completion?.WriteTo(_buffer);
        fact.Event?.WriteTo(_buffer);
        return Hash(_buffer.WrittenSpan);
    }

    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }

    private static Receipt Conflict(Fact fact) =>
        Receipt.Refused(Verdict.Conflict, "id_conflict", $"Something else stands under the id '{fact.Id}' in a line before. The first stays.") with { Id = fact.Id };
}
