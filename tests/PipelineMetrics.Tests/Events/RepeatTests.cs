using PipelineMetrics.Events;

namespace PipelineMetrics.Tests.Events;

public sealed class RepeatTests
{
    private static readonly (string, string)[] Rich =
    [
        ("id", "\"a\""), ("actual_cost_usd_micros", "12346"), ("outcome", "\"success\""), ("chain_id", "\"c\""), ("retry_count", "0"),
        ("metadata", "{\"n\":1,\"list\":[1,2],\"deep\":{\"x\":\"y\",\"z\":null}}"), ("quality_gates_run", "[\"build\",\"test\"]"),
    ];

    [Theory]
    [InlineData("duration_seconds", "45.0"), InlineData("duration_seconds", "4.5e1")]
    [InlineData("created_at", "\"2026-01-31T13:00:00.0001+01:00\"")]
    [InlineData("metadata", "{\"deep\":{\"z\":null,\"x\":\"\\u0079\"},\"list\":[1.0,2e0],\"n\":1.00}")]
    [InlineData("task_duration_ms", "45000")]
    [InlineData("actual_cost_usd", "0.0123456"), InlineData("source", "\"api\""), InlineData("runner", "\"\"")]
    [InlineData("runner", "null")]
    [InlineData("received_at", "\"2020-01-01T00:00:00Z\""), InlineData("seq", "5"), InlineData("crc", "\"x\"")]
    public void What_says_the_same_in_another_way_repeats_what_is_stored(string field, string value)
    {
        var again = Given.Completion(Given.Body([.. Rich.Where(r => r.Item1 != field), (field, value)]));
        again.RepeatsWhatIsStored(Given.Stored(Given.Body(Rich)), out var difference).ShouldBeTrue(difference);
        difference.ShouldBeNull();
    }

    [Theory]
    [InlineData("duration_seconds", "45.001"), InlineData("created_at", "\"2026-01-31T12:00:00.001Z\"")]
    [InlineData("task_id", "\"001-Setup\"")]
    [InlineData("metadata", "{\"n\":1}"), InlineData("metadata", "{\"n\":1,\"list\":[2,1],\"deep\":{\"x\":\"y\",\"z\":null}}")]
    [InlineData("retry_count", "1")]
    [InlineData("quality_gates_run", "[\"test\",\"build\"]"), InlineData("turns", "1"), InlineData("runner", "\"r\"")]
    [InlineData("source", "\"exec\"")]
    [InlineData("outcome", "\"partial\""), InlineData("chain_id", "\"d\"")]
    public void Another_value_or_a_field_more_is_told_by_name(string field, string value)
    {
        var other = Given.Completion(Given.Body([.. Rich.Where(r => r.Item1 != field), (field, value)]));
        other.RepeatsWhatIsStored(Given.Stored(Given.Body(Rich)), out var difference).ShouldBeFalse();
        difference.ShouldBe(field);
    }

    [Fact]
    public void Fields_left_out_are_not_compared_not_even_where_they_have_a_default()
    {
        var stored = Given.Stored(Given.Body([.. Rich, ("created_at", "\"2026-01-30T00:00:00Z\"")]));
        Given.Completion(Given.Without("task_type", "model", "created_at")).RepeatsWhatIsStored(stored,
            out var difference).ShouldBeTrue(difference);
    }

    [Theory]
    [InlineData("\"completed\"", "null", "\"completed\"", "\"success\"", true)]
    [InlineData("null", "\"failure\"", "\"failed\"", "null", true)]
    [InlineData("\"timed_out\"", "null", "\"failed\"", "\"timeout\"", true)]
    [InlineData("\"timed_out\"", "null", "\"timed_out\"", "null", true)]
    [InlineData("\"timed_out\"", "null", "\"failed\"", "null", false)]
    [InlineData("\"failed\"", "\"failure\"", "\"timed_out\"", "null", false)]
    public void Status_and_outcome_are_compared_by_what_they_mean(string status, string outcome, string storedStatus,
        string storedOutcome, bool same)
    {
        var sent = Given.Completion(Given.Body(("status", status), ("outcome", outcome)));
        sent.RepeatsWhatIsStored(Given.Stored(Given.Body(("status", storedStatus), ("outcome", storedOutcome))), out _).ShouldBe(same);
    }

    [Fact]
    public void Unknown_fields_are_compared_too()
    {
        var stored = Given.Stored(Given.Body(("b", "2"), ("a", "1.0")));
        Given.Completion(Given.Body(("a", "1"), ("b", "2"))).RepeatsWhatIsStored(stored, out _).ShouldBeTrue();
        Given.Completion(Given.Body(("a", "1"), ("b", "3"))).RepeatsWhatIsStored(stored, out var difference).ShouldBeFalse();
        difference.ShouldBe("metadata");
    }

    [Fact]
    public void Numbers_beyond_comparing_differ_when_their_texts_do()
    {
        var stored = Given.Stored(Given.Body("n", "1e99999999999"));
        Given.Completion(Given.Body("n", "1e99999999999")).RepeatsWhatIsStored(stored, out _).ShouldBeTrue();
        Given.Completion(Given.Body("n", "1e99999999998")).RepeatsWhatIsStored(stored, out _).ShouldBeFalse();
    }

    [Fact]
    public void A_computed_cost_and_a_given_id_do_not_make_it_another()
    {
        var first = Given.Completion(Given.Body()).WithId("given").WithComputedCost(5);
        first.CostSource.ShouldBe(CostSource.Estimated);
        Given.Completion(Given.Body()).RepeatsWhatIsStored(Given.FromLine(Given.Line(first)), out _).ShouldBeTrue();
        Given.Completion(Given.Body()).WithComputedCost(6).RepeatsWhatIsStored(first, out _).ShouldBeTrue();
    }
}
