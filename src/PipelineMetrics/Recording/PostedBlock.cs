using System.Buffers;
using PipelineMetrics.Events;

namespace PipelineMetrics.Recording;

/// <summary>
/// Completions of one request that can be stored as they are, line after line in one piece of memory: a batch costs no object a line.
/// Whatever else a batch holds goes as <see cref="PostedCompletion"/>, and then so does everything that was waiting with it.
/// </summary>
/// <remarks>For one thread. What it holds must not change from when it is recorded until it is settled.</remarks>
public sealed class PostedBlock : IDisposable
{
    /// <summary>How many bytes may be sent in one block.</summary>
    public const int MostBytes = 2 << 20;

    private readonly ReadingRules _rules;
    private readonly SipHash _hash;
    private readonly PlainCompletion _plain = new();
    private readonly List<Entry> _entries = [];
    private readonly HashSet<ulong> _ids = [];
    private byte[] _sent = [];
    private byte[] _lines = [];
    private int _sentLength;
    private int _linesLength;

    internal PostedBlock(ReadingRules rules, SipHash hash) => (_rules, _hash) = (rules, hash);

    /// <summary>How many completions there are.</summary>
    public int Count => _entries.Count;

    /// <summary>Bytes of what was sent.</summary>
    public int Bytes => _sentLength;

    /// <summary>The hashes of the ids that the sender gave, each once.</summary>
    internal IReadOnlyCollection<ulong> Ids => _ids;

    /// <summary>Whether there is room for a completion of that many bytes.</summary>
    public bool HasRoomFor(long bytes) => _sentLength + bytes <= MostBytes && _linesLength + PlainCompletion.Room((int)bytes) <= MostBytes * 2;

    /// <summary>Adds a completion that there is room for.</summary>
    /// <param name="json">What was sent.</param>
    /// <returns>False when it must be judged as a <see cref="PostedCompletion"/>; nothing was added then.</returns>
    public bool TryAdd(ReadOnlySequence<byte> json)
    {
        if (_rules.Now is not { } now) return false;
        Grow(ref _sent, _sentLength, (int)json.Length);
        Grow(ref _lines, _linesLength, PlainCompletion.Room((int)json.Length));
        var sent = _sent.AsSpan(_sentLength, (int)json.Length);
        json.CopyTo(sent);
        if (!_plain.TryMake(sent, now, _lines.AsSpan(_linesLength), out var made)) return false;
        var id = _lines.AsSpan(_linesLength + made.IdAt, made.IdLength);
        // One that looks like ours may be that of a line that the log has.
        if (!id.IsEmpty && (Uuid7.LooksLikeOurs(id) || !_ids.Add(_hash.Hash(id)))) return false;
        _entries.Add(new Entry(_sentLength, sent.Length, _linesLength, made));
        (_sentLength, _linesLength) = (_sentLength + sent.Length, _linesLength + made.Length);
        return true;
    }

    /// <summary>The same completions one by one.</summary>
    public IEnumerable<PostedCompletion> Singles()
    {
        foreach (var entry in _entries)
        {
            var sent = _sent.AsMemory(entry.SentFrom, entry.SentLength).ToArray();
            if (!PostedCompletion.TryRead(sent, _rules, out var posted, out var rejection))
                throw new InvalidOperationException($"A line was made of what cannot be read: {rejection!.Reason}");
            yield return posted;
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        Return(_sent);
        Return(_lines);
        (_sent, _lines, _sentLength, _linesLength) = ([], [], 0, 0);
        _entries.Clear();
    }

    /// <summary>A line without number and checksum, whose id is written first when it is to be ours.</summary>
    internal ReadOnlyMemory<byte> Line(int index, long seq, DateTimeOffset now)
    {
        var entry = _entries[index];
        if (entry.Made.IdLength == 0) Uuid7.Write(now, seq, _lines.AsSpan(entry.From + entry.Made.IdAt));
        return Line(index);
    }

    internal ReadOnlyMemory<byte> Line(int index) => _lines.AsMemory(_entries[index].From, _entries[index].Made.Length);

    private static void Grow(ref byte[] bytes, int used, int more)
    {
        if (used + more <= bytes.Length) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(used + more, bytes.Length * 2));
        bytes.AsSpan(0, used).CopyTo(larger);
        Return(bytes);
        bytes = larger;
    }

    private static void Return(byte[] bytes)
    {
        if (bytes.Length > 0) ArrayPool<byte>.Shared.Return(bytes);
    }

    private readonly record struct Entry(int SentFrom, int SentLength, int From, MadeLine Made);
}
