using PipelineMetrics.Api.Prometheus;

namespace PipelineMetrics.Api.Tests.Prometheus;

public sealed class ExpositionWriterTests
{
    private const string Awkward = "a\\b\"c\nd\te ü {},=";

    [Fact]
    public void The_text_format_is_written_as_it_is_described()
    {
        ExpositionWriter.Write(Families(), isOpenMetrics: false).ShouldBe("""
            # TYPE jobs_total counter
            # HELP jobs_total Says "all" \\ and\nmore.
            jobs_total{name="a\\b\"c\nd	e ü {},=",kind=""} 12
            # TYPE took_seconds histogram
            # HELP took_seconds H.
            took_seconds_bucket{le="0.5"} 1
            took_seconds_bucket{le="1.0"} 1
            took_seconds_bucket{le="+Inf"} 3
            took_seconds_sum 2.25
            took_seconds_count 3
            # TYPE of_info gauge
            # HELP of_info I.
            of_info{version="1"} 1
            # TYPE empty gauge
            # HELP empty E.

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void OpenMetrics_names_families_of_counters_without_their_suffix_and_has_units_and_an_end()
    {
        ExpositionWriter.Write(Families(), isOpenMetrics: true).ShouldBe("""
            # TYPE jobs counter
            # HELP jobs Says \"all\" \\ and\nmore.
            jobs_total{name="a\\b\"c\nd	e ü {},=",kind=""} 12
            # TYPE took_seconds histogram
            # UNIT took_seconds seconds
            # HELP took_seconds H.
            took_seconds_bucket{le="0.5"} 1
            took_seconds_bucket{le="1.0"} 1
            took_seconds_bucket{le="+Inf"} 3
            took_seconds_sum 2.25
            took_seconds_count 3
            # TYPE of info
            # HELP of I.
            of_info{version="1"} 1
            # TYPE empty gauge
            # HELP empty E.
            # EOF

            """.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("0.000001", "0.000001")]
    [InlineData("1.500000", "1.5")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("9223372036854.775807", "9223372036854.775807")]
    public void Numbers_are_exact_and_without_an_exponent(string value, string written) =>
        ExpositionWriter.Write([new Family("n", FamilyType.Gauge, "N.").Add(decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture))], false)
            .ShouldEndWith($"\nn {written}\n");

    private static List<Family> Families()
    {
        var took = new Family("took_seconds", FamilyType.Histogram, "H.");
        took.AddHistogram(["0.5", "1.0"], [1, 0, 2], 2.25m);
        return
        [
            new Family("jobs", FamilyType.Counter, "Says \"all\" \\ and\nmore.", "name", "kind").Add(12, Awkward, ""),
            took,
            new Family("of", FamilyType.Info, "I.", "version").Add(1, "1"),
            new Family("empty", FamilyType.Gauge, "E."),
        ];
    }
}
