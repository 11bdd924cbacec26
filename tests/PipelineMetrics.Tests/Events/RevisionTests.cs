using PipelineMetrics.Events;

namespace PipelineMetrics.Tests.Events;

public sealed class RevisionTests
{
    [Fact]
    public void A_second_report_adds_what_was_not_known_and_changes_nothing_else()
    {
        var stored = Given.Stored(Given.Body(("id", "\"first\""), ("turns", "3")));
        var report = Given.Draft(Given.Body(("status", "\"failed\""), ("turns", "4"), ("actual_cost_usd", "0.5"), ("chain_id", "\"c\"")));
        var revision = Judge(stored.WithAdditionsFrom(report, 1).ShouldNotBeNull());
        (revision.Revises, revision.Revision, revision.Id).ShouldBe(("first", 1, null));
        (revision.Turns, revision.ActualCostUsdMicros, revision.Status,
            revision.ChainId).ShouldBe((3, 500_000, CompletionStatus.Completed, null));
    }

    [Theory]
    [InlineData("turns", "3"), InlineData("turns", "4"), InlineData("runner", "\"\""), InlineData("runner", "null"), InlineData("seq", "9")]
    [InlineData("created_at", "\"2026-01-31T11:00:00Z\""), InlineData("outcome", "\"partial\"")]
    [InlineData("received_at", "\"2026-01-31T11:00:00Z\"")]
    public void A_report_that_says_nothing_new_adds_nothing(string field, string value) =>
        Given.Stored(Given.Body("turns", "3")).WithAdditionsFrom(Given.Draft(Given.Body(field, value)), 1).ShouldBeNull();

    [Fact]
    public void A_model_and_a_type_that_nobody_had_said_are_additions()
    {
        var stored = Given.Stored(Given.Body(("id", "\"a\""), ("model", "null"), ("task_type", "null")));
        var revision = Judge(stored.WithAdditionsFrom(Given.Draft(Given.Body()), 1).ShouldNotBeNull());
        (revision.Model, revision.TaskType).ShouldBe(("cursor/auto", "spec"));
    }

    [Fact]
    public void A_change_of_a_task_adds_no_words_a_completion_does_not_have()
    {
        CompletionDraft.TryReadChange(Given.Utf8("{\"status\":\"completed\",\"reason\":\"done\"}"), Given.Arriving, out var change,
            out _).ShouldBeTrue();
        Given.Stored(Given.Body()).WithAdditionsFrom(change, 1).ShouldBeNull();
    }

    [Fact]
    public void A_correction_changes_what_it_says_and_keeps_the_rest()
    {
        var stored = Given.Stored(Given.Body(("id", "\"first\""), ("turns", "3"), ("error", "\"e\"")));
        var corrected = Judge(stored.CorrectedBy(Given.Draft("{\"id\":\"second\",\"turns\":4,\"error\":\"\",\"revises\":\"x\",\"revision\":9}"), 2));
        (corrected.Id, corrected.Revises, corrected.Revision).ShouldBe(("second", "first", 2));
        (corrected.Turns, corrected.Error, corrected.DurationMs).ShouldBe((4, "e", 45_000));
    }

    [Fact]
    public void A_correction_of_a_correction_revises_the_first_line()
    {
        var first = Given.Stored(Given.Body("id", "\"first\""));
        var second = Judge(first.CorrectedBy(Given.Draft("{\"turns\":1}"), 1)).WithId("second");
        Judge(second.CorrectedBy(Given.Draft("{\"turns\":2}"), 2)).Revises.ShouldBe("first");
    }

    [Theory]
    [InlineData("completed", "success", "{\"status\":\"failed\"}", CompletionStatus.Failed, Outcome.Failure)]
    [InlineData("completed", "success", "{\"status\":\"timed_out\"}", CompletionStatus.Failed, Outcome.Timeout)]
    [InlineData("completed", "success", "{\"outcome\":\"failure\"}", CompletionStatus.Failed, Outcome.Failure)]
    [InlineData("completed", "success", "{\"outcome\":\"partial\"}", CompletionStatus.Completed, Outcome.Partial)]
    [InlineData("timed_out", null, "{\"status\":\"completed\",\"outcome\":\"success\"}", CompletionStatus.Completed, Outcome.Success)]
    [InlineData("timed_out", null, "{\"status\":\"completed\"}", CompletionStatus.Completed, Outcome.Success)]
    public void Who_corrects_the_status_or_the_outcome_corrects_both(
        string status, string? outcome, string correction, CompletionStatus expected, Outcome expectedOutcome)
    {
        var stored = Given.Completion(Given.Body(("id", "\"a\""), ("status", $"\"{status}\""), ("outcome", outcome is null ? "null" : $"\"{outcome}\"")));
        var corrected = Judge(stored.CorrectedBy(Given.Draft(correction), 1));
        (corrected.Status, corrected.Outcome).ShouldBe((expected, expectedOutcome));
    }

    [Fact]
    public void A_correction_sent_again_repeats_the_revision_it_made()
    {
        var stored = Given.Stored(Given.Body("id", "\"first\""));
        const string Correction = "{\"id\":\"second\",\"turns\":4}";
        var line = Given.FromLine(Given.Line(Judge(stored.CorrectedBy(Given.Draft(Correction), 1))));
        Judge(stored.CorrectedBy(Given.Draft(Correction), 2)).RepeatsWhatIsStored(line, out var difference).ShouldBeTrue(difference);
        Judge(stored.CorrectedBy(Given.Draft("{\"id\":\"second\",\"turns\":5}"), 2)).RepeatsWhatIsStored(line,
            out difference).ShouldBeFalse();
        difference.ShouldBe("turns");
    }

    [Fact]
    public void A_correction_is_judged_like_any_draft()
    {
        var stored = Given.Stored(Given.Body(("id", "\"a\""), ("actual_output_tokens", "5")));
        var draft = stored.CorrectedBy(Given.Draft("{\"reasoning_tokens\":6}"), 1);
        Completion.TryCreate(draft, Given.Arriving, out _, out var rejection).ShouldBeFalse();
        rejection.ShouldNotBeNull().Problems.ShouldHaveSingleItem().Field.ShouldBe("reasoning_tokens");
    }

    [Fact]
    public void A_draft_takes_from_another_only_what_it_leaves_out()
    {
        var filled = Given.Draft("{\"task_id\":\"a\",\"turns\":1}").FillFrom(new CompletionDraft { TaskId = "b", Model = "m", Turns = 2 });
        (filled.TaskId, filled.Model, filled.Turns).ShouldBe(("a", "m", 1));
    }

    private static Completion Judge(CompletionDraft draft)
    {
        Completion.TryCreate(draft, Given.Arriving, out var completion, out var rejection).ShouldBeTrue(rejection?.Reason);
        return completion;
    }
}
