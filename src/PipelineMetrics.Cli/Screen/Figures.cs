using System.Globalization;

namespace PipelineMetrics.Cli.Screen;

/// <summary>Numbers and times as people read them.</summary>
internal static class Figures
{
    public static string Count(long n) => n.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Percent(decimal rate) => (rate * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    /// <summary>Two units at most: 0.9 s, 45 s, 2 m 30 s, 3 h 5 m, 2 d 4 h.</summary>
    public static string Duration(decimal seconds)
    {
        if (seconds < 10) return seconds.ToString("0.#", CultureInfo.InvariantCulture) + " s";
        var whole = (long)Math.Round(seconds, MidpointRounding.AwayFromZero);
        return whole switch
        {
            < 60 => $"{whole} s",
            < 3600 => Two(whole / 60, "m", whole % 60, "s"),
            < 86400 => Two(whole / 3600, "h", whole % 3600 / 60, "m"),
            _ => Two(whole / 86400, "d", whole % 86400 / 3600, "h"),
        };
    }

    private static string Two(long large, string largeUnit, long small, string smallUnit) =>
        small == 0 ? $"{large} {largeUnit}" : $"{large} {largeUnit} {small} {smallUnit}";
}
