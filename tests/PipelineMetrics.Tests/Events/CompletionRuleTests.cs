using PipelineMetrics.Events;

namespace PipelineMetrics.Tests.Events;

public sealed class CompletionRuleTests
{
    [Theory]
    [InlineData("task_id", "task_id"), InlineData("duration_seconds", "duration_seconds"), InlineData("status", "status")]
    public void What_a_caller_must_give_is_asked_for_by_name(string left, string named)
    {
        var refusal = Given.Refusal(Given.Without(left));
        refusal.Kind.ShouldBe(RejectionKind.Invalid);
        var problem = refusal.Problems.ShouldHaveSingleItem();
        problem.Field.ShouldBe(named);
        problem.Rule.ShouldStartWith("is required");
        problem.Value.ShouldBeNull();
    }

    [Fact]
    public void What_is_left_out_has_a_default()
    {
        var completion = Given.Completion(Given.Without("task_type", "model", "created_at"));
        completion.TaskType.ShouldBe("unknown");
        completion.Model.ShouldBe("unknown");
        completion.CreatedAt.ShouldBe(Given.Now);
        completion.Source.ShouldBe("api");
        completion.Id.ShouldBeNull();
        completion.ReceivedAt.ShouldBeNull();
        completion.Task.ShouldBe(new TaskKey(null, "001-setup"));
    }

    [Fact]
    public void A_duration_may_be_absent_where_the_rules_say_so()
    {
        var rules = new ReadingRules(Given.Now, DurationRequired: false);
        CompletionDraft.TryRead(Given.Utf8(Given.Without("duration_seconds")), rules, out var draft, out _).ShouldBeTrue();
        Completion.TryCreate(draft, rules, out var completion, out _).ShouldBeTrue();
        completion.DurationMs.ShouldBeNull();
        Given.Line(completion).ShouldNotContain("duration");
    }

    [Theory]
    [InlineData("completed", "success", CompletionStatus.Completed, Outcome.Success)]
    [InlineData("completed", "partial", CompletionStatus.Completed, Outcome.Partial)]
    [InlineData("completed", null, CompletionStatus.Completed, Outcome.Success)]
    [InlineData("failed", null, CompletionStatus.Failed, Outcome.Failure)]
    [InlineData("failed", "failure", CompletionStatus.Failed, Outcome.Failure)]
    [InlineData("failed", "partial", CompletionStatus.Failed, Outcome.Partial)]
    [InlineData("failed", "timeout", CompletionStatus.Failed, Outcome.Timeout)]
    [InlineData("failed", "cancelled", CompletionStatus.Failed, Outcome.Cancelled)]
    [InlineData("timed_out", null, CompletionStatus.Failed, Outcome.Timeout)]
    [InlineData("timed_out", "timeout", CompletionStatus.Failed, Outcome.Timeout)]
    [InlineData(null, "success", CompletionStatus.Completed, Outcome.Success)]
    [InlineData(null, "failure", CompletionStatus.Failed, Outcome.Failure)]
    [InlineData(null, "partial", CompletionStatus.Failed, Outcome.Partial)]
    [InlineData(null, "timeout", CompletionStatus.Failed, Outcome.Timeout)]
    [InlineData(null, "cancelled", CompletionStatus.Failed, Outcome.Cancelled)]
    public void Status_and_outcome_complete_each_other(string? status, string? outcome, CompletionStatus expected, Outcome expectedOutcome)
    {
        var completion = Given.Completion(Given.Body(("status", Json(status)), ("outcome", Json(outcome))));
        completion.Status.ShouldBe(expected);
        completion.Outcome.ShouldBe(expectedOutcome);
    }

    [Theory]
    [InlineData("completed", "failure"), InlineData("completed", "timeout"), InlineData("completed", "cancelled")]
    [InlineData("failed", "success")]
    [InlineData("timed_out", "success"), InlineData("timed_out", "failure"), InlineData("timed_out", "partial")]
    [InlineData("timed_out", "cancelled")]
    public void An_outcome_must_not_contradict_the_status(string status, string outcome)
    {
        var problem = Given.Refusal(Given.Body(("status", Json(status)), ("outcome", Json(outcome)))).Problems.ShouldHaveSingleItem();
        problem.Field.ShouldBe("outcome");
        problem.Rule.ShouldContain("contradict");
        problem.Value.ShouldBe(outcome);
    }

    [Theory]
    [InlineData("0.0004", 0), InlineData("0.0005", 1), InlineData("1.2345", 1235), InlineData("0.30000000000000004", 300)]
    [InlineData("1e1", 10_000), InlineData("-0.0", 0), InlineData("1e-400", 0), InlineData("2592000.0004", 2_592_000_000)]
    [InlineData("0.000000000000000000000000000000000000001", 0)]
    public void A_duration_is_rounded_half_up_to_milliseconds_before_it_is_judged(string seconds, long expected) =>
        Given.Completion(Given.Body("duration_seconds", seconds)).DurationMs.ShouldBe(expected);

    [Fact]
    public void A_duration_may_be_said_in_milliseconds_or_in_both_units_that_agree()
    {
        Given.Completion(Given.Without("duration_seconds")[..^1] + ",\"task_duration_ms\":1500.4}").DurationMs.ShouldBe(1500);
        Given.Completion(Given.Body(("duration_seconds", "1.5"), ("task_duration_ms", "1500"))).DurationMs.ShouldBe(1500);
    }

    [Fact]
    public void A_cost_may_be_said_in_dollars_or_in_both_units_that_agree()
    {
        Given.Completion(Given.Body("actual_cost_usd", "0.0123456")).ActualCostUsdMicros.ShouldBe(12_346);
        Given.Completion(Given.Body(("actual_cost_usd_micros", "12346"), ("actual_cost_usd", "0.012346"))).ActualCostUsdMicros.ShouldBe(12_346);
        Given.Completion(Given.Body("actual_cost_usd", "9223372036854.775807")).ActualCostUsdMicros.ShouldBe(long.MaxValue);
    }

    [Theory]
    [InlineData("duration_seconds", "1.5", "task_duration_ms", "1501")]
    [InlineData("actual_cost_usd_micros", "1", "actual_cost_usd", "0.000002")]
    public void Two_units_that_contradict_are_refused(string name, string value, string alias, string aliasValue)
    {
        var problem = Given.Refusal(Given.Body((name, value), (alias, aliasValue))).Problems.ShouldHaveSingleItem();
        problem.Field.ShouldBe(alias);
        problem.Rule.ShouldBe($"must agree with {name}");
        problem.Value.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("actual_cost_usd", "9223372036854.775808"), InlineData("actual_cost_usd", "-0.01"), InlineData("actual_cost_usd", "1e400")]
    [InlineData("actual_cost_usd", "-1e400"), InlineData("task_duration_ms", "2592000001"), InlineData("task_duration_ms", "-1")]
    public void An_alias_is_held_to_the_limits_of_its_field(string alias, string value)
    {
        var problem = Given.Refusal(Given.Body((alias, value))).Problems.ShouldHaveSingleItem();
        problem.Field.ShouldBe(alias);
        problem.Value.ShouldBe(value);
    }

    [Theory]
    [InlineData("[\"test\"]", "[\"build\"]"), InlineData("null", "[\"build\"]"), InlineData("[]", "[\"build\"]")]
    [InlineData("[\"Build\"]", "[\"build\"]")]
    public void A_gate_that_failed_must_have_run(string run, string failed)
    {
        var problem = Given.Refusal(Given.Body(("quality_gates_run", run), ("quality_gates_failed", failed))).Problems.ShouldHaveSingleItem();
        problem.Field.ShouldBe("quality_gates_failed");
        problem.Value.ShouldBe("build");
    }

    [Theory]
    [InlineData("reasoning_tokens", "actual_output_tokens"), InlineData("tool_errors", "tool_calls")]
    public void A_part_must_not_exceed_its_whole(string part, string whole)
    {
        Given.Completion(Given.Body((part, "5"), (whole, "5")));
        Given.Completion(Given.Body((part, "5")));
        var problem = Given.Refusal(Given.Body((part, "6"), (whole, "5"))).Problems.ShouldHaveSingleItem();
        problem.Field.ShouldBe(part);
        problem.Value.ShouldBe("6");
    }

    [Fact]
    public void A_revision_names_what_it_revises_and_not_itself()
    {
        Given.Refusal(Given.Body("revision", "1")).Problems.ShouldHaveSingleItem().Field.ShouldBe("revises");
        Given.Refusal(Given.Body(("id", "\"a\""), ("revises", "\"a\""), ("revision", "1"))).Problems.ShouldHaveSingleItem().Field.ShouldBe("revises");
        Given.Completion(Given.Body(("id", "\"b\""), ("revises", "\"a\""), ("revision", "1"))).Revises.ShouldBe("a");
    }

    [Theory]
    [InlineData("2026-01-31T12:05:00Z", true), InlineData("2026-01-31T12:05:00.0009Z", true), InlineData("2026-01-31T12:05:00.001Z", false)]
    [InlineData("2027-01-31T12:00:00Z", false), InlineData("9999-12-31T23:59:59.999Z", false), InlineData("1970-01-01T00:00:00Z", true)]
    public void A_completion_may_be_at_most_five_minutes_ahead_of_the_service(string createdAt, bool taken)
    {
        var body = Given.Body("created_at", $"\"{createdAt}\"");
        if (taken) Given.Completion(body);
        else Given.Refusal(body).Problems.ShouldHaveSingleItem().Field.ShouldBe("created_at");
    }

    [Theory]
    [InlineData("2026-01-31T12:00:00Z", false), InlineData("2026-01-31T11:59:59Z", false), InlineData("2026-01-31T11:59:58.999Z", true)]
    [InlineData("2026-01-31T12:00:01Z", false), InlineData("2026-01-31T12:00:01.001Z", true), InlineData("2025-01-31T12:00:00Z", true)]
    public void Received_at_stands_only_when_it_differs_by_more_than_a_second(string createdAt, bool stands) =>
        Given.Completion(Given.Body("created_at", $"\"{createdAt}\"")).ReceivedAt.ShouldBe(stands ? Given.Now : null);

    [Fact]
    public void Seq_crc_and_received_at_of_a_sender_are_ignored()
    {
        var sentBack = Given.Body(("received_at", "\"2020-01-01T00:00:00Z\""), ("seq", "{\"any\":[1]}"), ("crc", "\"00000000\""));
        Given.Line(Given.Completion(sentBack)).ShouldBe(Given.Line(Given.Completion(Given.Body())));
    }

    [Fact]
    public void A_line_keeps_the_time_it_was_received()
    {
        var line = Given.Line(Given.Completion(Given.Body("created_at", "\"2026-01-31T11:00:00Z\"")));
        Given.FromLine(line).ReceivedAt.ShouldBe(Given.Now);
    }

    [Fact]
    public void A_line_without_a_time_is_no_completion()
    {
        Completion.TryReadLine(Given.Utf8(Given.Without("created_at")), out _, out var rejection).ShouldBeFalse();
        rejection.ShouldNotBeNull().Problems.ShouldHaveSingleItem().Field.ShouldBe("created_at");
    }

    private static string Json(string? word) => word is null ? "null" : $"\"{word}\"";
}
