using System.Globalization;
using System.Text;

namespace PipelineMetrics.Api.Hosting.Logging;

/// <summary>Text that may hold what a caller sent, made safe for one line of a log or a terminal.</summary>
internal static class LogText
{
    /// <summary>The text with line ends, escapes, other controls and direction marks written as \n, \r, \t or \uXXXX.</summary>
    public static string OneLine(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~')) return text;
        var line = new StringBuilder(text.Length + 16);
        foreach (var letter in text) Append(line, letter);
        return line.ToString();
    }

    private static void Append(StringBuilder line, char letter)
    {
        if (letter == '\n') line.Append(@"\n");
        else if (letter == '\r') line.Append(@"\r");
        else if (letter == '\t') line.Append(@"\t");
        else if (IsUnsafe(letter)) line.Append(@"\u").Append(((int)letter).ToString("x4"));
        else line.Append(letter);
    }

    private static bool IsUnsafe(char letter) => char.GetUnicodeCategory(letter)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
