using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace PipelineMetrics.Log;

internal enum LineKind
{
    Blank,
    Verified,
    Foreign,
    Bad,
}

/// <summary>The verdict on one line's bytes.</summary>
internal readonly record struct LineVerdict(LineKind Kind, long Seq, string Reason)
{
    public bool IsGood => Kind is LineKind.Verified or LineKind.Foreign;
}

/// <summary>
/// The line on disk: the caller's object, then <c>,"seq":N,"crc":"xxxxxxxx"}</c> and a line feed. The checksum is CRC-32C over
/// everything before <c>,"crc"</c>. A JSON object without that exact end is foreign, one that nearly has it is damaged.
/// </summary>
internal static class LineFormat
{
    /// <summary>Upper bound of what sealing adds to a body: both members, 19 digits, the line feed.</summary>
    public const int SealBytes = 7 + 19 + 18 + 1;

    /// <summary>The longest line the scanner keeps in memory.</summary>
    public const int ReadLimit = LogOptions.LargestLineBytes + SealBytes;

    private const byte LineFeed = (byte)'\n';
    private const int HexDigits = 8;
    private const int MaxSeqDigits = 19;
    private const int CrcTailLength = 18;

    private static ReadOnlySpan<byte> SeqHead => ",\"seq\":"u8;

    private static ReadOnlySpan<byte> CrcHead => ",\"crc\":\""u8;

    private static ReadOnlySpan<byte> CrcEnd => "\"}"u8;

    public static bool IsSealable(ReadOnlySpan<byte> body) =>
        body.Length > 2 && body[0] == '{' && body[^1] == '}' && !body.Contains(LineFeed);

    /// <summary>Writes the sealed line, line feed included; the destination has room for the body and <see cref="SealBytes"/>.</summary>
    /// <returns>Bytes written.</returns>
    public static int Seal(ReadOnlySpan<byte> body, long seq, Span<byte> destination)
    {
        body[..^1].CopyTo(destination);
        var length = body.Length - 1;
        SeqHead.CopyTo(destination[length..]);
        length += SeqHead.Length;
        Utf8Formatter.TryFormat(seq, destination[length..], out var digits);
        length += digits;
        var crc = Crc32C.Of(destination[..length]);
        CrcHead.CopyTo(destination[length..]);
        length += CrcHead.Length;
        WriteHex(crc, destination[length..]);
        length += HexDigits;
        CrcEnd.CopyTo(destination[length..]);
        length += CrcEnd.Length;
        destination[length] = LineFeed;
        return length + 1;
    }

    /// <summary>The JSON part of a raw line: without carriage return, surrounding blanks and byte order mark.</summary>
    public static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("\uFEFF"u8))
            line = line[3..];
        return line.Trim(" \t\r"u8);
    }

    /// <summary>Judges a line without its line feed, trimmed by <see cref="Content"/>.</summary>
    public static LineVerdict Judge(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
            return new(LineKind.Blank, 0, "");
        var likeness = LikenessToCrcTail(line);
        if (likeness == CrcHead.Length + CrcEnd.Length)
            return JudgeSealed(line);
        if (likeness >= CrcHead.Length)
            return new(LineKind.Bad, 0, "the checksum member is garbled");
        return JudgeForeign(line);
    }

    /// <summary>The number of a line whose checksum is where it belongs and does not fit.</summary>
    public static bool TryReadBroken(ReadOnlySpan<byte> line, out long seq)
    {
        seq = 0;
        return LikenessToCrcTail(line) == CrcHead.Length + CrcEnd.Length && TryReadSeq(line[..^CrcTailLength], out seq);
    }

    /// <summary>What the caller gave of a sealed line, without its closing brace.</summary>
    public static ReadOnlySpan<byte> BodyOf(ReadOnlySpan<byte> line) => line[..line[..^CrcTailLength].LastIndexOf(SeqHead)];

    /// <summary>How many of the ten fixed bytes of the checksum member are where they belong; a flipped bit leaves nine.</summary>
    private static int LikenessToCrcTail(ReadOnlySpan<byte> line)
    {
        if (line.Length <= CrcTailLength)
            return 0;
        var tail = line[^CrcTailLength..];
        if (tail.StartsWith(CrcHead) && tail.EndsWith(CrcEnd))
            return CrcHead.Length + CrcEnd.Length;
        var same = 0;
        for (var i = 0; i < CrcHead.Length; i++)
            same += tail[i] == CrcHead[i] ? 1 : 0;
        for (var i = 0; i < CrcEnd.Length; i++)
            same += tail[CrcHead.Length + HexDigits + i] == CrcEnd[i] ? 1 : 0;
        return same;
    }

    private static LineVerdict JudgeSealed(ReadOnlySpan<byte> line)
    {
        var covered = line[..^CrcTailLength];
        var hex = line.Slice(line.Length - CrcTailLength + CrcHead.Length, HexDigits);
        var actual = Crc32C.Of(covered);
        if (!IsHexOf(hex, actual))
            return new(LineKind.Bad, 0, $"checksum: computed {actual:x8}, stored {System.Text.Encoding.ASCII.GetString(hex)}");
        return TryReadSeq(covered, out var seq) ? new(LineKind.Verified, seq, "") : JudgeForeign(line);
    }

    private static bool IsHexOf(ReadOnlySpan<byte> hex, uint crc)
    {
        Span<byte> expected = stackalloc byte[HexDigits];
        WriteHex(crc, expected);
        return hex.SequenceEqual(expected);
    }

    private static void WriteHex(uint number, Span<byte> digits)
    {
        for (var i = HexDigits - 1; i >= 0; i--, number >>= 4) digits[i] = "0123456789abcdef"u8[(int)(number & 15)];
    }

    private static bool TryReadSeq(ReadOnlySpan<byte> covered, out long seq)
    {
        seq = 0;
        var digits = 0;
        while (digits < MaxSeqDigits && digits < covered.Length && char.IsAsciiDigit((char)covered[^(digits + 1)]))
            digits++;
        var number = covered[(covered.Length - digits)..];
        return digits > 0 && number[0] != '0'
            && covered[..^digits].EndsWith(SeqHead)
            && Utf8Parser.TryParse(number, out seq, out var used) && used == digits;
    }

    private static LineVerdict JudgeForeign(ReadOnlySpan<byte> line)
    {
        if (!Utf8.IsValid(line))
            return new(LineKind.Bad, 0, "not valid UTF-8");
        if (line[0] != '{')
            return new(LineKind.Bad, 0, "not a JSON object");
        try
        {
            var reader = new Utf8JsonReader(line);
            while (reader.Read())
            {
            }

            return new(LineKind.Foreign, 0, "");
        }
        catch (JsonException problem)
        {
            return new(LineKind.Bad, 0, $"not JSON: {problem.Message}");
        }
    }
}
