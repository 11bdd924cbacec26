using System.Globalization;
using Spectre.Console;

namespace PipelineMetrics.Cli.Screen;

/// <summary>A piece of text on the screen. Whatever it is made of, it is shown as text: no markup, no control characters.</summary>
internal readonly record struct Cell
{
    public Cell(string? text, Style? style = null) => (Text, Style) = (SafeText.Clean(text ?? ""), style ?? Style.Plain);

    /// <summary>What is shown, clean.</summary>
    public string Text { get; }

    public Style Style { get; }

    public int Width => SafeText.Width(Text);

    public static implicit operator Cell(string? text) => new(text);

    public static implicit operator Cell(int number) => new(number.ToString(CultureInfo.InvariantCulture));
}

/// <summary>What colours mean, everywhere the same.</summary>
internal static class Look
{
    public static readonly Style Good = new(Color.Green);
    public static readonly Style Waiting = new(Color.Yellow);
    public static readonly Style Bad = new(Color.Red);
    public static readonly Style Quiet = new(decoration: Decoration.Dim);
    public static readonly Style Strong = new(decoration: Decoration.Bold);

    /// <summary>The colour of a word that says how something is.</summary>
    public static Style Of(string status) => status switch
    {
        "running" or "healthy" or "completed" or "success" or "ok" => Good,
        "pending" or "stopped" or "waiting" or "needs_decision" or "degraded" or "silent" or "cancelled" or "partial" => Waiting,
        "error" or "failed" or "failure" or "timeout" or "stuck" or "unhealthy" => Bad,
        _ => Style.Plain,
    };

    /// <summary>The word in its colour.</summary>
    public static Cell Word(string status) => new(status.Replace('_', ' '), Of(status));
}
