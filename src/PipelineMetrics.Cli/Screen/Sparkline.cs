namespace PipelineMetrics.Cli.Screen;

/// <summary>A chart of one line: the higher the sign, the higher the value; blank where nothing is known.</summary>
internal static class Sparkline
{
    private const string Signs = "▁▂▃▄▅▆▇█";

    /// <summary>A sign for each value.</summary>
    /// <param name="values">The values, none negative.</param>
    /// <param name="top">What reaches the top; null for the highest of the values.</param>
    public static string Of(IReadOnlyCollection<decimal?> values, decimal? top = null)
    {
        var highest = top ?? values.Max() ?? 0;
        return string.Concat(values.Select(value => value is { } known ? Sign(known, highest) : ' '));
    }

    private static char Sign(decimal value, decimal highest) =>
        highest <= 0 ? Signs[0] : Signs[(int)Math.Clamp(Math.Ceiling(value / highest * Signs.Length) - 1, 0, Signs.Length - 1)];
}
