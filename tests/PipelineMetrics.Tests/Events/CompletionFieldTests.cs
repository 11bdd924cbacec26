using PipelineMetrics.Events;

namespace PipelineMetrics.Tests.Events;

public sealed class CompletionFieldTests
{
    private static readonly (string Name, int MaxBytes)[] Texts =
    [
        ("task_id", 200), ("task_type", 100), ("model", 200), ("id", 128), ("chain_id", 200), ("request_id", 200), ("runner", 200),
        ("role", 100), ("executor", 100), ("provider", 100), ("harness", 100), ("language", 100), ("complexity", 100),
        ("repo_size_category", 100), ("prompt_variant", 200), ("skill_version", 200), ("error", 2000), ("session_id", 200),
        ("source", 100), ("revises", 128),
    ];

    private static readonly (string Name, string Smallest, string Largest, string TooSmall, string TooLarge)[] Numbers =
    [
        ("duration_seconds", "0", "2592000", "-0.001", "2592000.001"),
        ("queue_wait_seconds", "0", "31622400", "-1", "31622401"),
        ("cpu_seconds", "0", "1000000000", "-1", "1000000001"),
        ("context_utilization_final", "0", "1", "-0.1", "1.01"),
        .. Counts(long.MaxValue, "9223372036854775808", "actual_input_tokens", "actual_output_tokens", "cache_read_tokens",
            "cache_write_tokens", "estimated_input_tokens", "estimated_output_tokens", "actual_cost_usd_micros",
            "estimated_cost_usd_micros", "peak_memory_bytes", "reasoning_tokens"),
        .. Counts(1_000_000, "1000001", "retry_count", "context_compactions", "context_rotations", "turns", "tool_calls", "tool_errors"),
    ];

    public static TheoryData<string, int> TextFields => Given.Table(Texts);

    public static TheoryData<string> OptionalTextFields => [.. Texts.Select(t => t.Name).Except(["task_id", "id", "revises"])];

    public static TheoryData<string, string> NumbersWithinLimits =>
        Given.Table(Numbers.SelectMany(n => new[] { (n.Name, n.Smallest), (n.Name, n.Largest) }));

    public static TheoryData<string, string> NumbersBeyondLimits =>
        Given.Table(Numbers.SelectMany(n => new[] { (n.Name, n.TooSmall), (n.Name, n.TooLarge) }));

    public static TheoryData<string> NumberFields => [.. Numbers.Select(n => n.Name)];

    [Theory, MemberData(nameof(TextFields))]
    public void Text_is_taken_up_to_its_limit_in_bytes(string field, int maxBytes)
    {
        var text = new string('é', maxBytes / 2);
        Given.Line(Given.Completion(Given.Body(field, $"\"{text}\""))).ShouldContain($"\"{field}\":\"{text}\"");
    }

    [Theory, MemberData(nameof(TextFields))]
    public void Text_beyond_its_limit_is_refused_with_name_rule_and_value(string field, int maxBytes)
    {
        var refusal = Given.Refusal(Given.Body(field, $"\"{new string('é', maxBytes / 2)}x\""));
        refusal.Kind.ShouldBe(RejectionKind.Invalid);
        refusal.Code.ShouldBe("invalid_completion");
        var problem = refusal.Problems.ShouldHaveSingleItem();
        problem.Field.ShouldBe(field);
        problem.Rule.ShouldBe($"must be at most {maxBytes} bytes of UTF-8");
        problem.Value.ShouldNotBeNull().ShouldStartWith("\"éé");
    }

    [Theory, MemberData(nameof(TextFields))]
    public void Text_that_is_blank_or_holds_NUL_is_refused(string field, int maxBytes)
    {
        maxBytes.ShouldBePositive();
        Given.Refusal(Given.Body(field, "\" \\t \"")).Problems.ShouldContain(p => p.Field == field && p.Rule == "must not be blank");
        Given.Refusal(Given.Body(field, "\"a\\u0000b\"")).Problems.ShouldContain(p => p.Field == field && p.Rule.Contains("NUL"));
    }

    [Theory, MemberData(nameof(OptionalTextFields))]
    public void Empty_optional_text_is_the_same_as_an_absent_field(string field) =>
        Given.Line(Given.Completion(Given.Body(field, "\"\""))).ShouldBe(Given.Line(Given.Completion(Given.Body(field, "null"))));

    [Theory, InlineData("task_id"), InlineData("id"), InlineData("revises")]
    public void Empty_text_that_would_name_something_is_refused(string field) =>
        Given.Refusal(Given.Body(field, "\"\"")).Problems.ShouldContain(p => p.Field == field && p.Rule == "must not be blank");

    [Theory, MemberData(nameof(NumbersWithinLimits))]
    public void A_number_at_its_limit_is_taken(string field, string value) =>
        Given.Line(Given.Completion(Given.Body(field, value))).ShouldContain($"\"{field}\":{value}");

    [Theory, MemberData(nameof(NumbersBeyondLimits))]
    public void A_number_beyond_its_limit_is_refused_with_name_rule_and_value(string field, string value)
    {
        var refusal = Given.Refusal(Given.Body(field, value));
        refusal.Kind.ShouldBe(RejectionKind.Invalid);
        var problem = refusal.Problems.ShouldHaveSingleItem();
        problem.Field.ShouldBe(field);
        problem.Rule.ShouldStartWith("must be a");
        problem.Value.ShouldBe(value);
    }

    [Theory, MemberData(nameof(NumberFields))]
    public void A_number_written_as_text_is_the_wrong_type(string field)
    {
        foreach (var value in new[] { "\"12\"", "\"NaN\"", "\"Infinity\"", "\"-Infinity\"", "true", "[1]", "{}" })
        {
            var refusal = Given.Refusal(Given.Body(field, value));
            refusal.Kind.ShouldBe(RejectionKind.Unreadable);
            refusal.Code.ShouldBe("wrong_type");
            refusal.Problems.ShouldHaveSingleItem().Field.ShouldBe(field);
        }
    }

    [Theory, MemberData(nameof(TextFields))]
    public void Text_written_as_anything_else_is_the_wrong_type(string field, int maxBytes)
    {
        maxBytes.ShouldBePositive();
        foreach (var value in new[] { "12", "true", "[\"a\"]", "{\"a\":1}" })
        {
            Given.Refusal(Given.Body(field, value)).Code.ShouldBe("wrong_type");
        }
    }

    [Theory]
    [InlineData("outcome", "\"done\"", "must be one of success, failure, partial, timeout, cancelled")]
    [InlineData("status", "\"Completed\"", "must be one of completed, failed, timed_out")]
    [InlineData("status", "\"999\"", "must be one of completed, failed, timed_out")]
    [InlineData("outcome", "\"success,failure\"", "must be one of success, failure, partial, timeout, cancelled")]
    [InlineData("cost_source", "\"guessed\"", "must be one of reported, estimated")]
    [InlineData("revision", "0", "must be a whole number from 1 to 1000000")]
    [InlineData("quality_gates_run", "[\"\"]", "must have at most 64 names of 1 to 100 bytes")]
    public void A_value_outside_its_vocabulary_is_refused_and_the_right_ones_are_named(string field, string value, string rule) =>
        Given.Refusal(Given.Body(field, value)).Problems.ShouldContain(p => p.Field == field && p.Rule == rule);

    [Theory]
    [InlineData("status", "1"), InlineData("outcome", "999"), InlineData("quality_gate_passed", "\"true\"")]
    [InlineData("quality_gate_passed", "1")]
    [InlineData("quality_gates_run", "\"build\""), InlineData("quality_gates_run", "[1]"), InlineData("quality_gates_failed", "[null]")]
    [InlineData("metadata", "[]"), InlineData("metadata", "\"{}\""), InlineData("outcome_inferred", "0")]
    [InlineData("created_at", "1769860800")]
    public void Words_flags_lists_and_objects_of_the_wrong_type_cannot_be_read(string field, string value)
    {
        var refusal = Given.Refusal(Given.Body(field, value));
        refusal.Kind.ShouldBe(RejectionKind.Unreadable);
        refusal.Problems.ShouldHaveSingleItem().Field.ShouldBe(field);
    }

    [Fact]
    public void A_list_of_gates_may_have_64_names_and_not_one_more()
    {
        static string Gates(int count) => "[" + string.Join(",", Enumerable.Range(0, count).Select(i => $"\"gate{i}\"")) + "]";
        Given.Completion(Given.Body("quality_gates_run", Gates(64))).QualityGatesRun.ShouldNotBeNull().Count.ShouldBe(64);
        Given.Refusal(Given.Body("quality_gates_run", Gates(65))).Kind.ShouldBe(RejectionKind.Invalid);
    }

    [Fact]
    public void Every_field_that_is_null_is_absent()
    {
        var names = CompletionFields.Reader.Fields.Select(f => f.Name).Except(["task_id", "duration_seconds", "status"]).ToList();
        var members = names.Select(n => (n, "null")).ToArray();
        Given.Line(Given.Completion(Given.Body(members))).ShouldBe(
            """{"task_id":"001-setup","task_type":"unknown","model":"unknown","duration_seconds":45,"status":"completed","created_at":"2026-01-31T12:00:00.000Z"}""");
    }

    [Fact]
    public void All_broken_rules_are_told_at_once()
    {
        var refusal = Given.Refusal(Given.Body(("turns", "-1"), ("duration_seconds", "-5"), ("outcome", "\"x\"")));
        refusal.Problems.Select(p => p.Field).ShouldBe(["turns", "duration_seconds", "outcome"]);
        refusal.Reason.ShouldContain("; ");
    }

    private static IEnumerable<(string, string, string, string, string)> Counts(long largest, string tooLarge, params string[] names) =>
        names.Select(n => (n, "0", $"{largest}", "-1", tooLarge));
}
