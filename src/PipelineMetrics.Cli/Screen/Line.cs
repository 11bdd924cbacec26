using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Screen;

/// <summary>One line of the screen, cut where the screen ends.</summary>
internal sealed class Line(params Cell[] cells) : Renderable
{
    /// <summary>A line without anything.</summary>
    public static readonly Line Empty = new();

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var left = maxWidth;
        foreach (var cell in cells)
        {
            var text = SafeText.Fit(cell.Text, left);
            left -= SafeText.Width(text);
            if (text.Length > 0) yield return new Segment(text, cell.Style);
        }
        yield return Segment.LineBreak;
    }
}
