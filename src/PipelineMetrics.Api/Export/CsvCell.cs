using System.Buffers;
using System.Text;

namespace PipelineMetrics.Api.Export;

/// <summary>
/// One cell of a table. Text that a spreadsheet would take for a formula gets a <c>'</c> before it, since what agents write is nobody's
/// formula; a number is one with its sign, too.
/// </summary>
internal static class CsvCell
{
    private const string FormulaStarts = "=+-@\t\r\n＝＋－＠";
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    public static void Append(StringBuilder row, string? text)
    {
        if (string.IsNullOrEmpty(text)) return;
        var isFormula = FormulaStarts.Contains(text[0], StringComparison.Ordinal) && !IsNumber(text);
        if (!text.AsSpan().ContainsAny(Quoted))
        {
            if (isFormula) row.Append('\'');
            row.Append(text);
            return;
        }
        row.Append('"');
        if (isFormula) row.Append('\'');
        row.Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }

    // Digits with one sign before them and one point between them.
    private static bool IsNumber(string text)
    {
        var digits = text.AsSpan(text[0] == '-' ? 1 : 0);
        var point = digits.IndexOf('.');
        if (point >= 0) return AreDigits(digits[..point]) && AreDigits(digits[(point + 1)..]);
        return AreDigits(digits);
    }

    private static bool AreDigits(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExceptInRange('0', '9');
}
