using PipelineMetrics.Cli.Screen;

namespace PipelineMetrics.Cli.Tests.Screen;

public sealed class FiguresTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(0.94, "0.9 s")]
    [InlineData(59.4, "59 s")]
    [InlineData(59.5, "1 m")]
    [InlineData(3599, "59 m 59 s")]
    [InlineData(3660, "1 h 1 m")]
    [InlineData(90000, "1 d 1 h")]
    public void A_duration_has_two_units_at_most(double seconds, string text) => Figures.Duration((decimal)seconds).ShouldBe(text);

    [Theory]
    [InlineData(-90, "1 m 30 s ago")]
    [InlineData(0.4, "now")]
    [InlineData(300, "in 5 m")]
    public void An_instant_is_as_far_away_as_it_is(double seconds, string text) => Figures.Distance(Now.AddSeconds(seconds), Now).ShouldBe(text);

    [Theory]
    [InlineData(0, "$0.00")]
    [InlineData(1234567, "$1.23")]
    [InlineData(56000, "$0.056")]
    [InlineData(1200, "$0.0012")]
    public void Dollars_show_two_digits_of_small_amounts(double micros, string text) => Figures.Dollars((decimal)micros).ShouldBe(text);

    [Theory]
    [InlineData(999L, "999")]
    [InlineData(12_400L, "12.4k")]
    [InlineData(3_140_000L, "3.1M")]
    public void Large_counts_are_short(long n, string text) => Figures.Short(n).ShouldBe(text);

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.004, "<0.01")]
    [InlineData(0.01, "0.01")]
    [InlineData(1234.5, "1,234.5")]
    public void A_number_that_is_more_than_nothing_is_never_shown_as_nothing(double number, string text) => Figures.Number((decimal)number).ShouldBe(text);

    [Fact]
    public void What_is_not_known_is_a_dash_and_no_zero()
    {
        Figures.Duration(null).ShouldBe("-");
        Figures.Percent(null).ShouldBe("-");
        Figures.Dollars(null).ShouldBe("-");
        Figures.Distance(null, Now).ShouldBe("-");
    }

    [Fact]
    public void A_chart_is_blank_where_nothing_is_known_and_full_where_it_is_highest()
    {
        Sparkline.Of([null, 0, 1, 4, 8]).ShouldBe(" ▁▁▄█");
        Sparkline.Of([0.5m, 1], top: 1).ShouldBe("▄█");
        Sparkline.Of([null, null]).ShouldBe("  ");
        Sparkline.Of([0, 0]).ShouldBe("▁▁");
    }
}
