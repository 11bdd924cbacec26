using PipelineMetrics.Cli.Screen;
using Spectre.Console;

namespace PipelineMetrics.Cli.Tests.Screen;

public sealed class PageTests : IDisposable
{
    private readonly FakeTerminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void A_page_takes_the_terminal_and_gives_it_back_with_its_cursor()
    {
        using (Page.Open(_terminal.Shell(), noColor: true))
        {
            _terminal.ShowsThePage.ShouldBeTrue();
            _terminal.ShowsTheCursor.ShouldBeFalse();
        }
        _terminal.ShowsThePage.ShouldBeFalse();
        _terminal.ShowsTheCursor.ShouldBeTrue();
    }

    [Fact]
    public void Only_rows_that_changed_are_written()
    {
        using var page = Page.Open(_terminal.Shell(), noColor: true);
        page.Show(Lines("one", "two", "three"));
        var written = _terminal.RowsWritten;

        page.Show(Lines("one", "2", "three"));

        _terminal.Text.ShouldBe("one\n2\nthree");
        _terminal.RowsWritten.ShouldBe(written + 1);
    }

    [Fact]
    public void Rows_that_are_no_longer_there_are_cleared()
    {
        using var page = Page.Open(_terminal.Shell(), noColor: true);
        page.Show(Lines("one", "two", "three"));

        page.Show(Lines("one"));

        _terminal.Text.ShouldBe("one");
    }

    [Fact]
    public void A_terminal_of_another_size_is_drawn_anew_without_being_asked_for()
    {
        using var page = Page.Open(_terminal.Shell(), noColor: true);
        page.Show(Lines("a line that is rather long", "two", "three"));

        _terminal.Resize(10, 2);

        _terminal.Text.ShouldBe("a line th…\ntwo");
    }

    [Fact]
    public void A_problem_stands_above_the_picture_of_before_until_there_is_a_new_one()
    {
        using var page = Page.Open(_terminal.Shell(), noColor: true);
        page.Show(Lines("one"));

        page.Show("it is away");
        _terminal.Text.ShouldBe("it is away\none");

        page.Show(Lines("two"));
        _terminal.Text.ShouldBe("two");
    }

    [Fact]
    public void What_comes_after_the_page_was_left_is_not_drawn()
    {
        var page = Page.Open(_terminal.Shell(), noColor: true);
        page.Dispose();
        var written = _terminal.RowsWritten;

        page.Show(Lines("late"));

        _terminal.RowsWritten.ShouldBe(written);
    }

    private static Rows Lines(params string[] lines) => new(lines.Select(line => new Line(line)));
}
