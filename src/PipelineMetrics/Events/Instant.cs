using System.Text;

namespace PipelineMetrics.Events;

/// <summary>RFC 3339 instants with an offset, truncated to the millisecond and kept in UTC.</summary>
public static class Instant
{
    /// <summary>How instants are written everywhere: UTC milliseconds with <c>Z</c>.</summary>
    public const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Bytes of an instant in <see cref="Format"/>.</summary>
    internal const int TextBytes = 24;

    private const int MaxTextBytes = 35;
    private const int MaxFractionDigits = 9;
    private const int MaxOffsetMinutes = 14 * 60;

    /// <summary>Reads <c>2026-01-31T10:00:00Z</c> or <c>2026-01-31T11:00:00.5+01:00</c>; a text without an offset names no
    /// instant.</summary>
    /// <returns>False for anything else, including hour 24, second 60, and dates that do not exist.</returns>
    public static bool TryParse(string text, out DateTimeOffset instant)
    {
        instant = default;
        Span<byte> ascii = stackalloc byte[MaxTextBytes];
        return text.Length <= MaxTextBytes
            && Encoding.UTF8.TryGetBytes(text, ascii, out var length)
            && TryParse(ascii[..length], out instant);
    }

    /// <summary>The instant in UTC without what is finer than a millisecond.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset instant) =>
        new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);

    /// <summary>The instant as text, in <see cref="Format"/>.</summary>
    public static string ToText(DateTimeOffset instant)
    {
        Span<byte> text = stackalloc byte[32];
        return Encoding.ASCII.GetString(ToText(instant, text));
    }

    /// <summary>The instant as text in the buffer, which must have room for 28 bytes.</summary>
    internal static ReadOnlySpan<byte> ToText(DateTimeOffset instant, Span<byte> buffer)
    {
        // "O" is the one format with a fast path; it has seven digits after the second, of which three are kept.
        instant.UtcDateTime.TryFormat(buffer, out _, "O");
        buffer[TextBytes - 1] = (byte)'Z';
        return buffer[..TextBytes];
    }

    /// <summary>The instant of a text as milliseconds since 1970.</summary>
    internal static bool TryReadMs(ReadOnlySpan<byte> text, out long unixMs)
    {
        if (TryReadOurs(text, out unixMs)) return true;
        var isInstant = TryParse(text, out var instant);
        unixMs = instant.ToUnixTimeMilliseconds();
        return isInstant;
    }

    // The form in which we write them, without looking for anything else: a fifth of the time, and every line has one.
    private static bool TryReadOurs(ReadOnlySpan<byte> text, out long unixMs)
    {
        unixMs = 0;
        if (text.Length != TextBytes || text[23] != 'Z' || text[19] != '.' || text[16] != ':' || text[13] != ':' || text[10] != 'T') return false;
        if (text[7] != '-' || text[4] != '-') return false;
        var wrong = 0;
        var year = (Pair(text, 0, ref wrong) * 100) + Pair(text, 2, ref wrong);
        var (month, day) = (Pair(text, 5, ref wrong), Pair(text, 8, ref wrong));
        var (hour, minute, second) = (Pair(text, 11, ref wrong), Pair(text, 14, ref wrong), Pair(text, 17, ref wrong));
        var millisecond = (Pair(text, 20, ref wrong) * 10) + Digit(text, 22, ref wrong);
        if (wrong < 0 || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        if (hour > 23 || minute > 59 || second > 59) return false;
        var days = (new DateTime(year, month, day).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerDay;
        unixMs = (((((((days * 24) + hour) * 60) + minute) * 60) + second) * 1000) + millisecond;
        return true;
    }

    private static int Pair(ReadOnlySpan<byte> text, int at, ref int wrong) => (Digit(text, at, ref wrong) * 10) + Digit(text, at + 1, ref wrong);

    // Negative once anything was no digit.
    private static int Digit(ReadOnlySpan<byte> text, int at, ref int wrong)
    {
        var digit = text[at] - '0';
        wrong |= digit | (9 - digit);
        return digit;
    }

    // Every place is checked here and not left to DateTimeOffset.Parse, which knows more forms than RFC 3339
    // and rounds ...59.9999999999 up into the next minute, day or year.
    internal static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset instant)
    {
        instant = default;
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') return false;
        if (!TryNumber(text[..4], 1, 9999, out var year) || !TryNumber(text[5..7], 1, 12, out var month)) return false;
        if (!TryNumber(text[8..10], 1, DateTime.DaysInMonth(year, month), out var day)) return false;
        if (!TryNumber(text[11..13], 0, 23, out var hour) || !TryNumber(text[14..16], 0, 59, out var minute)) return false;
        if (!TryNumber(text[17..19], 0, 59, out var second)) return false;
        var rest = text[19..];
        if (!TryTakeFraction(ref rest, out var millisecond) || !TryOffset(rest, out var offsetMinutes)) return false;
        var local = new DateTime(year, month, day, hour, minute, second, millisecond, DateTimeKind.Unspecified);
        var ticks = local.Ticks - (offsetMinutes * TimeSpan.TicksPerMinute);
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks) return false;
        instant = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    private static bool TryTakeFraction(ref ReadOnlySpan<byte> rest, out int millisecond)
    {
        millisecond = 0;
        if (rest[0] != '.') return true;
        var length = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (length is < 1 or > MaxFractionDigits) return false;
        for (var i = 1; i <= 3; i++) millisecond = (millisecond * 10) + (i <= length ? rest[i] - '0' : 0);
        rest = rest[(1 + length)..];
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.SequenceEqual("Z"u8)) return true;
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':') return false;
        if (!TryNumber(text[1..3], 0, 14, out var hours) || !TryNumber(text[4..], 0, 59, out minutes)) return false;
        minutes += hours * 60;
        if (minutes > MaxOffsetMinutes) return false;
        if (text[0] == '-') minutes = -minutes;
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, int min, int max, out int number)
    {
        number = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            number = (number * 10) + (digit - '0');
        }
        return number >= min && number <= max;
    }
}
