using PipelineMetrics.Events;

namespace PipelineMetrics.Tests.Events;

public sealed class UnknownFieldTests
{
    [Fact]
    public void A_field_nobody_knows_is_kept_in_metadata_with_a_warning()
    {
        var draft = Given.Draft(Given.Body(("branch", "\"main\""), ("nothing", "null"), ("metadata", "{\"a\":1}")));
        draft.Warnings.ShouldBe(["unknown field 'branch'", "unknown field 'nothing'"]);
        draft.Metadata.ShouldBe("{\"a\":1,\"branch\":\"main\",\"nothing\":null}");
    }

    [Fact]
    public void What_is_known_gives_no_warning() =>
        Given.Draft(Given.Body(("metadata", "{}"), ("seq", "1"), ("crc", "\"\""))).Warnings.ShouldBeEmpty();

    [Theory, InlineData("null", "{\"x\":1}"), InlineData("{}", "{\"x\":1}"), InlineData("{ }", "{\"x\":1}"),
        InlineData("{\"a\":{}}", "{\"a\":{},\"x\":1}")]
    public void Unknown_fields_follow_what_metadata_holds(string metadata, string kept) =>
        Given.Completion(Given.Body(("x", "1"), ("metadata", metadata))).Metadata.ShouldBe(kept);

    [Theory, InlineData("\\\"q\\\""), InlineData("back\\\\slash"), InlineData("ünï"), InlineData(""), InlineData("a\\nb")]
    public void A_name_of_any_characters_is_kept(string name) =>
        Given.Completion(Given.Body(name, "1")).Metadata.ShouldBe("{\"" + name + "\":1}");

    [Fact]
    public void They_are_refused_by_name_when_the_caller_asks_for_that()
    {
        var refusal = Given.Refusal(Given.Utf8(Given.Body(("branch", "1"), ("turns", "1"))),
            Given.Arriving with { RefuseUnknownFields = true });
        refusal.Kind.ShouldBe(RejectionKind.Invalid);
        var problem = refusal.Problems.ShouldHaveSingleItem();
        (problem.Field, problem.Rule).ShouldBe(("branch", "is not a known field"));
    }

    [Fact]
    public void A_name_that_is_in_metadata_too_is_refused()
    {
        var problem = Given.Refusal(Given.Body(("metadata", "{\"\\u0061\":1}"), ("a", "1"))).Problems.ShouldHaveSingleItem();
        problem.Field.ShouldBe("a");
        problem.Rule.ShouldContain("metadata too");
    }

    [Theory, InlineData(0, 32, true), InlineData(0, 33, false), InlineData(32, 0, true), InlineData(33, 0, false),
        InlineData(16, 16, true), InlineData(16, 17, false)]
    public void Metadata_has_at_most_32_names_with_the_unknown_fields(int inMetadata, int unknown, bool taken)
    {
        var metadata = "{" + string.Join(",", Enumerable.Range(0, inMetadata).Select(i => $"\"m{i}\":{{\"deep{i}\":1,\"more\":2}}")) + "}";
        var fields = Enumerable.Range(0, unknown).Select(i => ($"u{i}", "1"));
        var body = Given.Body([("metadata", metadata), .. fields]);
        if (taken) Given.Stored(body).Metadata.ShouldNotBeNull();
        else Given.Refusal(body).Kind.ShouldBe(RejectionKind.Invalid);
    }

    [Theory, InlineData("metadata", 0, true), InlineData("metadata", 1, false), InlineData("x", 0, true), InlineData("x", 1, false)]
    public void Metadata_has_at_most_8_KiB_with_the_unknown_fields(string field, int more, bool taken)
    {
        var frame = field == "x" ? "{\"x\":\"\"}" : "{\"a\":\"\"}";
        var text = "\"" + new string('v', 8192 - frame.Length + more) + "\"";
        var body = Given.Body(field, field == "x" ? text : "{ \"a\" : " + text + " }");
        if (taken) Given.Stored(body).Metadata!.Length.ShouldBe(8192);
        else Given.Refusal(body).Problems.ShouldHaveSingleItem().Field.ShouldBe("metadata");
    }

    [Fact]
    public void A_line_of_another_tool_keeps_its_unknown_fields_too() =>
        Given.FromLine(Given.Body(("custom", "1.0"))).Metadata.ShouldBe("{\"custom\":1.0}");
}
