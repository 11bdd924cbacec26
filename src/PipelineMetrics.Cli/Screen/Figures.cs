using System.Globalization;

namespace PipelineMetrics.Cli.Screen;

/// <summary>Numbers and times as people read them. What is not known is a dash.</summary>
internal static class Figures
{
    public const string Unknown = "-";

    public static string Count(long n) => n.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Count(long? n) => n is { } known ? Count(known) : Unknown;

    /// <summary>So many of something, whose plural ends in s.</summary>
    public static string Count(long n, string one) => $"{Count(n)} {one}{(n == 1 ? "" : "s")}";

    /// <summary>Two decimals; what is more than nothing is never shown as nothing.</summary>
    public static string Number(decimal? number) => number is > 0 and < 0.005m ? "<0.01" : number?.ToString("#,0.##", CultureInfo.InvariantCulture) ?? Unknown;

    public static string Percent(decimal? rate) => rate is { } known ? (known * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %" : Unknown;

    /// <summary>Two units at most: 0.9 s, 45 s, 2 m 30 s, 3 h 5 m, 2 d 4 h.</summary>
    public static string Duration(decimal? seconds)
    {
        if (seconds is not { } known) return Unknown;
        if (known < 10) return known.ToString("0.#", CultureInfo.InvariantCulture) + " s";
        var whole = (long)Math.Round(known, MidpointRounding.AwayFromZero);
        return whole switch
        {
            < 60 => $"{whole} s",
            < 3600 => Two(whole / 60, "m", whole % 60, "s"),
            < 86400 => Two(whole / 3600, "h", whole % 3600 / 60, "m"),
            _ => Two(whole / 86400, "d", whole % 86400 / 3600, "h"),
        };
    }

    /// <summary>How far an instant is from now: 12 s ago, in 5 m, now.</summary>
    public static string Distance(DateTimeOffset? at, DateTimeOffset now)
    {
        if (at is not { } known) return Unknown;
        var seconds = Math.Round((decimal)(known - now).TotalSeconds);
        return seconds switch { 0 => "now", < 0 => $"{Duration(-seconds)} ago", _ => $"in {Duration(seconds)}" };
    }

    /// <summary>To the second, in UTC.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Dollars of millionths of them: two decimals, or as many as show two digits.</summary>
    public static string Dollars(decimal? micros) => micros is not { } known ? Unknown
        : "$" + (known / 1_000_000).ToString(known is 0 or >= 100_000 ? "#,0.00" : known >= 10_000 ? "0.000" : "0.0000", CultureInfo.InvariantCulture);

    public static string Bytes(long? bytes)
    {
        if (bytes is not { } known) return Unknown;
        var (size, unit) = known >= 1L << 30 ? (1L << 30, "GiB") : (1L << 20, "MiB");
        return ((decimal)known / size).ToString("#,0.#", CultureInfo.InvariantCulture) + " " + unit;
    }

    /// <summary>Large counts in short: 950, 12.4k, 3.1M.</summary>
    public static string Short(long? n) => n switch
    {
        null => Unknown,
        < 1_000 => Count(n),
        < 1_000_000 => ((decimal)n / 1_000).ToString("0.#", CultureInfo.InvariantCulture) + "k",
        _ => ((decimal)n / 1_000_000).ToString("#,0.#", CultureInfo.InvariantCulture) + "M",
    };

    private static string Two(long large, string largeUnit, long small, string smallUnit) =>
        small == 0 ? $"{large} {largeUnit}" : $"{large} {largeUnit} {small} {smallUnit}";
}
