using System.Globalization;

namespace PipelineMetrics.Api.Hosting.Configuration;

/// <summary>Reads one setting's text strictly: no culture, no blanks, no half-understood numbers.</summary>
internal static class SettingValue
{
    private const NumberStyles Whole = NumberStyles.AllowLeadingSign;

    private static readonly Dictionary<Type, (string Rule, Func<string, object?> Read)> Readers = new()
    {
        [typeof(string)] = ("must be text", text => text),
        [typeof(bool)] = ("must be true or false", text => bool.TryParse(text, out var value) ? value : null),
        [typeof(int)] = ("must be a whole number", text => int.TryParse(text, Whole, Invariant, out var value) ? value : null),
        [typeof(long)] = ("must be a whole number", text => long.TryParse(text, Whole, Invariant, out var value) ? value : null),
        [typeof(double)] = ("must be a number", text => Number(text)),
        [typeof(TimeSpan)] = ("must be seconds or a duration such as 30s, 5m, 2h or 7d", text => Duration(text)),
    };

    private static CultureInfo Invariant => CultureInfo.InvariantCulture;

    /// <summary>Whether a property of this type can be set from a configuration.</summary>
    public static bool Knows(Type type) => Readers.ContainsKey(Bare(type));

    /// <summary>The value, or false and the rule that the text breaks.</summary>
    public static bool TryRead(Type type, string text, out object? value, out string rule)
    {
        (rule, var read) = Readers[Bare(type)];
        value = read(text);
        return value is not null;
    }

    private static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    private static double? Number(string text)
    {
        const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        return double.TryParse(text, Plain, Invariant, out var value) && double.IsFinite(value) ? value : null;
    }

    private static TimeSpan? Duration(string text)
    {
        var (digits, unit) = text.Length > 1 && char.IsAsciiLetter(text[^1]) ? (text[..^1], text[^1]) : (text, 's');
        if (!decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, Invariant, out var amount)) return null;

        decimal? seconds = unit switch { 's' => 1, 'm' => 60, 'h' => 3_600, 'd' => 86_400, _ => null };
        return seconds is { } each && amount <= (decimal)TimeSpan.MaxValue.TotalSeconds / 2 / each
            ? TimeSpan.FromTicks((long)(amount * each * TimeSpan.TicksPerSecond))
            : null;
    }
}
