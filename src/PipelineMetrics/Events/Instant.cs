using System.Globalization;
using System.Text.RegularExpressions;

namespace PipelineMetrics.Events;

/// <summary>RFC 3339 instants with an offset, truncated to the millisecond and kept in UTC.</summary>
public static partial class Instant
{
    /// <summary>How instants are written everywhere: UTC milliseconds with <c>Z</c>.</summary>
    public const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Reads <c>2026-01-31T10:00:00Z</c> or <c>2026-01-31T11:00:00.5+01:00</c>; a text without an offset names no instant.</summary>
    /// <returns>False for anything else, including hour 24, second 60, and dates that do not exist.</returns>
    public static bool TryParse(string text, out DateTimeOffset instant)
    {
        instant = default;
        return Shape().IsMatch(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed)
            && TryTruncate(parsed, out instant);
    }

    /// <summary>The instant in UTC without what is finer than a millisecond.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset instant) =>
        new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);

    /// <summary>The instant as text, in <see cref="Format"/>.</summary>
    public static string ToText(DateTimeOffset instant) => instant.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    private static bool TryTruncate(DateTimeOffset parsed, out DateTimeOffset instant)
    {
        instant = Truncate(parsed);
        return true;
    }

    // [0-9] and \z, not \d and $: those also match Arabic digits and a final line feed.
    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
