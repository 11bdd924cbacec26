using System.Globalization;
using System.Text;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Screen;

/// <summary>
/// Text of others as it may stand on a terminal: on one line, moving no cursor, changing no colour, turning no direction, and as wide
/// as we count it. What may not stand there is shown by a sign, so that two texts that differ do not look the same.
/// </summary>
internal static class SafeText
{
    private const int MostMarks = 2;
    private const int ControlPictures = 0x2400;
    private const int DeletePicture = 0x2421;
    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;

    // Beyond the first 65,536 characters two units stand for one, and each counts as a cell: right for what is two cells wide.
    private static readonly (int First, int Last)[] TwoCells =
    [
        (0x1F300, 0x1F320), (0x1F337, 0x1F37C), (0x1F380, 0x1F393), (0x1F3A0, 0x1F3CA), (0x1F3E0, 0x1F3F0), (0x1F400, 0x1F43E),
        (0x1F442, 0x1F4FC), (0x1F4FF, 0x1F53D), (0x1F5FB, 0x1F64F), (0x1F680, 0x1F6C5), (0x1F947, 0x1F9FF), (0x20000, 0x3FFFD),
    ];

    /// <summary>The text with everything replaced that could do more than be read.</summary>
    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~')) return text;
        var clean = new StringBuilder(text.Length);
        var marks = MostMarks;
        foreach (var rune in text.EnumerateRunes())
        {
            marks = IsMark(rune) ? marks + 1 : 0;
            if (marks <= MostMarks && Shown(rune) is { } shown) clean.Append(shown);
        }
        return clean.ToString();
    }

    /// <summary>JSON as it may stand on a terminal: the same JSON, with what a terminal could obey written as escapes.</summary>
    public static string Json(string json)
    {
        if (!json.AsSpan().ContainsAnyExceptInRange(' ', '~')) return json;
        var clean = new StringBuilder(json.Length);
        foreach (var unit in json)
        {
            if (unit != '\n' && char.GetUnicodeCategory(unit) is UnicodeCategory.Control or UnicodeCategory.Format) clean.Append($"\\u{(int)unit:x4}");
            else clean.Append(unit);
        }
        return clean.ToString();
    }

    /// <summary>How many cells a clean text takes.</summary>
    public static int Width(string clean) => new Segment(clean).CellCount();

    /// <summary>A clean text in so many cells: cut with a sign where it is longer.</summary>
    public static string Fit(string clean, int cells)
    {
        if (Width(clean) <= cells) return clean;
        if (cells <= 0) return "";
        var (end, taken) = (0, 1);
        foreach (var rune in clean.EnumerateRunes())
        {
            taken += Width(rune.ToString());
            if (taken > cells) break;
            end += rune.Utf16SequenceLength;
        }
        return clean[..end] + "…";
    }

    private static Rune? Shown(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        _ when rune.Value is '\t' or '\n' or '\r' => new Rune(' '),
        UnicodeCategory.Control when rune.Value < ' ' => new Rune(ControlPictures + rune.Value),
        UnicodeCategory.Control when rune.Value == 0x7F => new Rune(DeletePicture),
        // They join letters and pictures; apart, each of these can be read and counted.
        UnicodeCategory.Format when rune.Value is ZeroWidthJoiner or ZeroWidthNonJoiner => null,
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate => Rune.ReplacementChar,
        _ when IsVariationSelector(rune) => null,
        _ when !rune.IsBmp && !Array.Exists(TwoCells, range => rune.Value >= range.First && rune.Value <= range.Last) => Rune.ReplacementChar,
        _ => rune,
    };

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;

    private static bool IsVariationSelector(Rune rune) => rune.Value is >= 0xFE00 and <= 0xFE0F;
}
