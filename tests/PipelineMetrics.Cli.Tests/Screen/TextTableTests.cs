using PipelineMetrics.Cli.Screen;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Tests.Screen;

public sealed class TextTableTests
{
    [Fact]
    public void No_line_is_wider_than_the_screen_and_every_row_is_one_line()
    {
        for (var width = 1; width <= 120; width++)
        {
            var lines = Lines(Example(), width);
            lines.Length.ShouldBe(3, $"{width} columns");
            lines.ShouldAllBe(line => SafeText.Width(line) <= width);
        }
    }

    [Fact]
    public void Figures_stand_under_each_other_whatever_text_is_before_them()
    {
        var lines = Lines(Example(), 120);

        lines.Select(line => CellsBefore(line, " s")).Skip(1).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public void Text_is_cut_before_a_column_is_left_out_and_figures_are_never_cut()
    {
        Lines(Example(), 45)[1].ShouldBe("a task with a long name  12 s  impl   model-a");
        Lines(Example(), 40)[1].ShouldBe("a task with a lon…  12 s  impl   model-a");
        Lines(Example(), 34)[1].ShouldBe("a task with…  12 s  impl   model-a");
        Lines(Example(), 33)[1].ShouldBe("a task with a long …  12 s  impl");
        Lines(Example(), 18)[1].ShouldBe("a task with…  12 s");
    }

    [Fact]
    public void A_column_that_can_be_missed_is_not_there_when_nothing_is_in_it() =>
        Lines(new TextTable().Text("task").Text("runner", canBeMissed: true).Row("a", ""), 80).ShouldBe(["task", "a"]);

    [Fact]
    public void Charts_lose_their_beginning() =>
        Lines(new TextTable().Text("").Chart("").Row("n", "▁▂▃▄▅▆▇█▁▂▃▄▅▆▇█"), 15).ShouldBe(["n  ▅▆▇█▁▂▃▄▅▆▇█"]);

    private static TextTable Example() => new TextTable().Text("task").Figure("took").Text("type", canBeMissed: true).Text("model", canBeMissed: true)
        .Row("a task with a long name", "12 s", "impl", "model-a")
        .Row("漢字 😀 e\u0301\u0301\u0301 \e[31m", "7 s", "[red]", "m");

    private static int CellsBefore(string line, string text) => SafeText.Width(line[..line.IndexOf(text, StringComparison.Ordinal)]);

    private static string[] Lines(IRenderable table, int width) =>
        string.Concat(table.Render(null!, width).Select(segment => segment.IsLineBreak ? "\n" : segment.Text)).TrimEnd('\n').Split('\n');
}
