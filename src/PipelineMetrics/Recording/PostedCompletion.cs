using System.Text;
using PipelineMetrics.Events;

namespace PipelineMetrics.Recording;

/// <summary>A completion as somebody sent it: its line, when it can be stored as it is, else a draft that is to be judged.</summary>
public sealed class PostedCompletion : IPosted<PostedCompletion>
{
    private const int MostPlainBytes = 8 << 10;

    [ThreadStatic]
    private static PlainCompletion? s_plain;

    [ThreadStatic]
    private static byte[]? s_line;
    private readonly ReadOnlyMemory<byte> _sent;
    private readonly ReadingRules _rules;
    private CompletionDraft? _draft;

    /// <summary>A completion made in code.</summary>
    /// <param name="draft">What is said of it.</param>
    /// <param name="bytes">About how much memory it takes while it waits.</param>
    public PostedCompletion(CompletionDraft draft, int bytes) : this(default, ReadingRules.Stored) => (_draft, Id, Bytes) = (draft, draft.Id, bytes);

    private PostedCompletion(ReadOnlyMemory<byte> sent, ReadingRules rules) => (_sent, _rules, Bytes) = (sent, rules, sent.Length);

    /// <summary>Things the sender should know although it was accepted.</summary>
    public IReadOnlyList<string> Warnings => _draft?.Warnings ?? [];

    /// <summary>Bytes of what was sent.</summary>
    public int Bytes { get; }

    /// <summary>The id that the sender gave.</summary>
    public string? Id { get; private set; }

    /// <summary>The line to store when no other line has a say in it; null when the draft must be judged.</summary>
    internal PlainLine? Line { get; private set; }

    /// <summary>What was said, field by field.</summary>
    internal CompletionDraft Draft => _draft ??= Read();

    /// <summary>Reads what a sender wrote: JSON form, types, and every field by its own rule.</summary>
    /// <param name="json">One JSON object in UTF-8; it must not change until the completion is recorded.</param>
    /// <param name="rules">How strictly to read.</param>
    /// <param name="posted">What was said, when true is returned.</param>
    /// <param name="rejection">Why nothing could be taken, when false is returned.</param>
    public static bool TryRead(ReadOnlyMemory<byte> json, ReadingRules rules, out PostedCompletion posted, out Rejection? rejection)
    {
        rejection = null;
        posted = new PostedCompletion(json, rules);
        if (posted.TryTakeAsItIs()) return true;
        var isRead = CompletionDraft.TryRead(json.Span, rules, out var draft, out rejection);
        (posted._draft, posted.Id) = (draft, draft.Id);
        return isRead;
    }

    /// <summary>Gives it an id that the sender gave beside it.</summary>
    public void GiveId(string id)
    {
        Draft.Id = Id = id;
        Line = null;
    }

    private bool TryTakeAsItIs()
    {
        if (_rules.Now is not { } now) return false;
        var room = PlainCompletion.Room(_sent.Length);
        if (room > MostPlainBytes) return false;
        var line = s_line ??= new byte[MostPlainBytes];
        if (!(s_plain ??= new PlainCompletion()).TryMake(_sent.Span, now, line, out var made)) return false;
        Line = new PlainLine(line[..made.Length], made);
        if (made.IdLength > 0) Id = Encoding.ASCII.GetString(line, made.IdAt, made.IdLength);
        return true;
    }

    // It was taken as it is, so it can be read.
    private CompletionDraft Read() => CompletionDraft.TryRead(_sent.Span, _rules, out var draft, out var rejection)
        ? draft : throw new InvalidOperationException($"A line was made of what cannot be read: {rejection!.Reason}");
}

/// <summary>A line without number and checksum, made of what was sent.</summary>
internal sealed record PlainLine(byte[] Bytes, MadeLine Made);
