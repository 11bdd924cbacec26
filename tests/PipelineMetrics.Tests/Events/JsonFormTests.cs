using System.Diagnostics;
using System.Text;
using PipelineMetrics.Events;

namespace PipelineMetrics.Tests.Events;

public sealed class JsonFormTests
{
    public static TheoryData<string> NotOneJsonObject =>
    [
        "", " ", "\uFEFF", "null", "[]", "5", "\"x\"", "{", "{\"task_id\":\"a", "{\"task_id\":\"a\",}", "{/*c*/}", "{'task_id':'a'}",
        "{}{}", "{}x", "{} {}", "{\"task_id\":}", "{\"task_id\" \"a\"}", "{1:2}", "\uFEFF\uFEFF{}", "\0{}", "{}\0",
        "{\"duration_seconds\":NaN}", "{\"duration_seconds\":0x10}", "{\"duration_seconds\":01}", "{\"duration_seconds\":1.}",
        "{\"duration_seconds\":.5}", "{\"duration_seconds\":+1}", "{\"duration_seconds\":-}", "{\"duration_seconds\":Infinity}",
        "{\"task_id\":\"a\u0001b\"}", "{\"task_id\":\"a\nb\"}", "{\"task_id\":\"\\x\"}", "{\"x\":\"a\u0001b\"}",
    ];

    [Theory, MemberData(nameof(NotOneJsonObject))]
    public void What_is_not_one_JSON_object_cannot_be_read(string json)
    {
        var refusal = Given.Refusal(json);
        refusal.Kind.ShouldBe(RejectionKind.Unreadable);
        refusal.Code.ShouldBe("invalid_json");
        refusal.Reason.ShouldNotContain('\n');
    }

    [Theory]
    [InlineData("{\"id\":\"a\",\"id\":\"a\"}"), InlineData("{\"id\":null,\"id\":\"a\"}"), InlineData("{\"id\":\"a\",\"\\u0069d\":\"b\"}")]
    [InlineData("{\"id\":\"a\",\"ID\":\"b\"}"), InlineData("{\"Id\":\"b\"}"), InlineData("{\"Task_Id\":\"b\"}")]
    [InlineData("{\"x\":1,\"x\":2}")]
    [InlineData("{\"x\":1,\"\\u0078\":2}"), InlineData("{\"x\":{\"a\":1,\"a\":2}}")]
    [InlineData("{\"x\":[[{\"a\":{\"b\":1,\"\\u0062\":2}}]]}")]
    [InlineData("{\"metadata\":{\"a\":1,\"a\":2}}"), InlineData("{\"seq\":{\"a\":1,\"a\":2}}"), InlineData("{\"seq\":1,\"seq\":2}")]
    [InlineData("{\"task_duration_ms\":1,\"task_duration_ms\":1}")]
    public void A_name_that_occurs_twice_or_in_another_case_cannot_be_read(string json) =>
        Given.Refusal(json).Kind.ShouldBe(RejectionKind.Unreadable);

    [Fact]
    public void A_name_written_with_escapes_is_the_same_name()
    {
        Given.Completion(Given.Body("\\u0069d", "\"a\"")).Id.ShouldBe("a");
        Given.Completion(Given.Body("\\u0069d", "\"\\u0061\"")).Id.ShouldBe("a");
    }

    [Theory]
    [InlineData("{\"task_id\":\"\\ud800\"}"), InlineData("{\"task_id\":\"\\udc00\\ud800\"}"), InlineData("{\"x\":\"\\ud800\"}")]
    [InlineData("{\"\\ud800\":1}"), InlineData("{\"\\ud800abc\":1}"), InlineData("{\"\\ud800abcdefghijkl\":1}")]
    [InlineData("{\"t\\ud800sk_id\":1}")]
    [InlineData("{\"x\":{\"\\udfff\":1}}"), InlineData("{\"x\":[\"\\ud83d\"]}"), InlineData("{\"seq\":\"\\ud800\"}")]
    [InlineData("{\"status\":\"\\ud800\"}")]
    [InlineData("{\"created_at\":\"\\ud800\"}"), InlineData("{\"quality_gates_run\":[\"\\ud800\"]}")]
    [InlineData("{\"metadata\":{\"a\":\"\\ud800\"}}")]
    public void Half_a_character_cannot_be_read_wherever_it_stands(string json)
    {
        Given.Refusal(json).Kind.ShouldBe(RejectionKind.Unreadable);
        EventDraft.TryRead(Given.Utf8(json), Given.Arriving, out _, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("task_id", new byte[] { 0xFF }), InlineData("x", new byte[] { 0xFF }), InlineData("x", new byte[] { 0xC0, 0xAF })]
    [InlineData("metadata", new byte[] { 0xED, 0xA0, 0x80 }), InlineData("seq", new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    public void Bytes_that_are_no_UTF8_cannot_be_read_in_any_field(string field, byte[] bytes)
    {
        byte[] json = [.. Given.Utf8("{\"" + field + "\":\""), .. bytes, .. Given.Utf8("\"}")];
        Given.Refusal(json).Kind.ShouldBe(RejectionKind.Unreadable);
    }

    [Fact]
    public void A_byte_order_mark_and_white_space_around_the_object_are_allowed()
    {
        Given.Completion("\uFEFF" + Given.Body()).TaskId.ShouldBe("001-setup");
        Given.Completion("\r\n\t " + Given.Body() + " \r\n").TaskId.ShouldBe("001-setup");
    }

    [Theory]
    [InlineData(16, true), InlineData(17, false), InlineData(65, false), InlineData(100_000, false)]
    public void JSON_may_nest_sixteen_deep(int depth, bool taken)
    {
        var inside = depth - 2;
        var body = Given.Body("metadata", "{\"a\":" + new string('[', inside) + new string(']', inside) + "}");
        if (taken) Given.Completion(body).Metadata.ShouldNotBeNull();
        else Given.Refusal(body).Kind.ShouldBe(RejectionKind.Unreadable);
    }

    [Fact]
    public void What_was_accepted_can_be_posted_again_although_unknown_fields_moved_one_level_down()
    {
        for (var depth = 10; depth < 18; depth++)
        {
            var body = Given.Body("deep", new string('[', depth) + new string(']', depth));
            if (!CompletionDraft.TryRead(Given.Utf8(body), Given.Arriving, out _, out _)) continue;
            Given.Line(Given.Completion(Given.Line(Given.Completion(body)))).ShouldBe(Given.Line(Given.Completion(body)));
        }
    }

    [Fact]
    public void Two_hundred_thousand_unknown_fields_are_refused_at_once()
    {
        var fields = Enumerable.Range(0, 200_000).Select(i => ($"u{i}", "1")).ToArray();
        var refusal = Within(TimeSpan.FromMilliseconds(500), Given.Utf8(Given.Body(fields)));
        refusal.Kind.ShouldBe(RejectionKind.Invalid);
        refusal.Code.ShouldBe("too_many_fields");
    }

    [Fact]
    public void A_name_of_a_megabyte_is_refused_and_not_repeated_in_full()
    {
        var refusal = Within(TimeSpan.FromMilliseconds(500), Given.Utf8(Given.Body(new string('n', 1_000_000), "1")));
        refusal.Kind.ShouldBe(RejectionKind.Invalid);
        refusal.Reason.Length.ShouldBeLessThan(500);
    }

    [Theory, InlineData("duration_seconds"), InlineData("actual_cost_usd"), InlineData("actual_input_tokens"),
        InlineData("context_utilization_final")]
    public void A_megabyte_of_digits_is_refused_fast(string field)
    {
        var refusal = Within(TimeSpan.FromMilliseconds(500), Given.Utf8(Given.Body(field, new string('9', 1_000_000))));
        refusal.Kind.ShouldBe(RejectionKind.Invalid);
        refusal.Problems.ShouldHaveSingleItem().Value.ShouldNotBeNull().Length.ShouldBeLessThan(200);
    }

    [Fact]
    public void Ten_megabytes_of_spaces_are_refused_fast() =>
        Within(TimeSpan.FromMilliseconds(500), Encoding.UTF8.GetBytes(new string(' ', 10_000_000))).Kind.ShouldBe(RejectionKind.Unreadable);

    [Fact]
    public void A_reason_for_people_is_one_line_whatever_the_names_hold()
    {
        var many = Given.Refusal(Given.Body(("quality_gates_run", "[]"), ("quality_gates_failed", "[\"a\\r\\nforged: line\\u2028\"]")));
        many.Reason.ShouldNotContain('\n');
        many.Reason.ShouldNotContain('\r');
        many.Reason.ShouldNotContain('\u2028');
        Given.Draft(Given.Body("a\\nb", "1")).Warnings.ShouldHaveSingleItem().ShouldNotContain('\n');
        Given.Draft(Given.Body(new string('x', 99) + "😀😀", "1")).Warnings.ShouldHaveSingleItem().ShouldNotContain('\uD83D');
    }

    private static Rejection Within(TimeSpan limit, byte[] json)
    {
        var watch = Stopwatch.StartNew();
        var refusal = Given.Refusal(json);
        watch.Elapsed.ShouldBeLessThan(limit);
        return refusal;
    }
}
