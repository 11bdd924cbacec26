using System.Buffers.Text;

namespace PipelineMetrics.Events;

/// <summary>Numbers as JSON writes them, without sign and exponent: the ones that arrive and stand in lines a million times.</summary>
internal static class PlainNumber
{
    // More digits could wrap, or are beyond what is judged here.
    private const int MostWholeDigits = 12;
    private const int MostCountDigits = 18;
    private const int MostDecimals = 20;

    /// <summary>A whole number of up to 18 digits, without leading zeros.</summary>
    public static bool TryWhole(ReadOnlySpan<byte> digits, out long number)
    {
        number = 0;
        if (digits.Length is 0 or > MostCountDigits || (digits[0] == '0' && digits.Length > 1)) return false;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            number = (number * 10) + (digit - '0');
        }
        return true;
    }

    /// <summary>
    /// A number times a power of ten, rounded to a whole number, halves away from zero: seconds as milliseconds.
    /// </summary>
    public static bool TryScaled(ReadOnlySpan<byte> text, int scale, out long number)
    {
        var point = text.IndexOf((byte)'.');
        if (point < 0) point = text.Length;
        number = 0;
        if (point > MostWholeDigits || !TryWhole(text[..point], out number)) return false;
        number *= scale;
        return point == text.Length || TryAddDecimals(text[(point + 1)..], scale, ref number);
    }

    /// <summary>The inverse of <see cref="TryScaled"/>: no point behind a whole number, no zeros at the end.</summary>
    /// <returns>Bytes written.</returns>
    public static int WriteScaled(long number, int scale, Span<byte> line)
    {
        var (whole, rest) = Math.DivRem(number, scale);
        Utf8Formatter.TryFormat(whole, line, out var length);
        if (rest == 0) return length;
        line[length++] = (byte)'.';
        for (var unit = scale / 10; rest > 0; unit /= 10)
        {
            line[length++] = (byte)('0' + (rest / unit));
            rest %= unit;
        }
        return length;
    }

    private static bool TryAddDecimals(ReadOnlySpan<byte> decimals, int scale, ref long number)
    {
        if (decimals.Length is 0 or > MostDecimals || decimals.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        var unit = scale / 10;
        foreach (var digit in decimals)
        {
            if (unit == 0)
            {
                // The first digit that does not count decides the rounding, whatever follows.
                if (digit >= '5') number++;
                return true;
            }
            number += (digit - '0') * unit;
            unit /= 10;
        }
        return true;
    }
}
