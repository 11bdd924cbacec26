using PipelineMetrics.Events;

namespace PipelineMetrics.Tests.Events;

public sealed class PipelineEventTests
{
    [Theory]
    [InlineData("task:created", "task"), InlineData("chain:completed", "chain"), InlineData("request:closed", "request")]
    [InlineData("runner:error", "runner")]
    [InlineData("deploy:rolled_back", "deploy"), InlineData("A-1:b_2", "A-1")]
    public void Any_two_words_with_a_colon_are_a_type_and_name_the_entity(string type, string entity)
    {
        var made = Given.PipelineEvent(Given.Event(("event_type", $"\"{type}\"")));
        (made.EventType, made.EntityType, made.EntityId).ShouldBe((type, entity, "001-setup"));
        made.Task.ShouldBe(entity == "task" ? new TaskKey(null, "001-setup") : null);
        made.Timestamp.ShouldBe(Given.Now);
        made.Source.ShouldBe("api");
    }

    [Theory]
    [InlineData("started"), InlineData("task:"), InlineData(":started"), InlineData("task:started:twice"), InlineData("task started")]
    [InlineData("1a:b")]
    [InlineData("task:started\\n"), InlineData("tâsk:started"), InlineData("")]
    public void A_type_of_another_shape_is_refused(string type)
    {
        var refusal = Given.EventRefusal(Given.Event(("event_type", $"\"{type}\"")));
        (refusal.Kind, refusal.Code).ShouldBe((RejectionKind.Invalid, "invalid_event"));
        refusal.Problems.ShouldHaveSingleItem().Field.ShouldBe("event_type");
    }

    [Fact]
    public void Type_and_entity_are_required()
    {
        Given.EventRefusal("{}").Problems.Select(p => p.Field).ShouldBe(["event_type", "entity_id"]);
        PipelineEvent.TryReadLine(Given.Utf8(Given.Event()), out _, out var rejection).ShouldBeFalse();
        rejection.ShouldNotBeNull().Problems.ShouldHaveSingleItem().Field.ShouldBe("timestamp");
    }

    [Fact]
    public void An_event_is_written_in_the_documented_order_without_what_is_absent()
    {
        var made = Given.PipelineEvent(Given.Event(("timestamp", "\"2026-01-31T12:00:00+01:00\""), ("id", "\"e1\""), ("chain_id", "\"c\""),
            ("agent", "{\"tokens\":{\"output\":2,\"input\":1},\"model\":\"m\"}"), ("priority", "-0.0"), ("context", "[ 1.0 ]"), ("seq",
                "3"), ("branch", "1")));
        Given.Line(made).ShouldBe("{\"id\":\"e1\",\"timestamp\":\"2026-01-31T11:00:00.000Z\",\"event_type\":\"task:started\",\"entity_type\":\"task\","
            + "\"entity_id\":\"001-setup\",\"chain_id\":\"c\",\"agent\":{\"model\":\"m\",\"tokens\":{\"input\":1,\"output\":2}},\"priority\":0,"
            + "\"context\":[1.0],\"received_at\":\"2026-01-31T12:00:00.000Z\",\"metadata\":{\"branch\":1}}");
    }

    [Theory]
    [InlineData("\"opus\""), InlineData("[]"), InlineData("{\"model\":1}"), InlineData("{\"tokens\":5}")]
    [InlineData("{\"tokens\":{\"input\":\"1\"}}")]
    [InlineData("{\"model\":\"a\",\"model\":\"b\"}"), InlineData("{\"Model\":\"a\"}"), InlineData("{\"role\":\"\\ud800\"}")]
    public void An_agent_of_the_wrong_form_cannot_be_read(string agent) =>
        Given.EventRefusal(Given.Event(("agent", agent))).Kind.ShouldBe(RejectionKind.Unreadable);

    [Theory]
    [InlineData("{\"tokens\":{\"input\":-1}}"), InlineData("{\"name\":\"a\"}"), InlineData("{\"tokens\":{\"cached\":1}}")]
    [InlineData("{\"model\":\" \"}")]
    [InlineData("{\"a\\nb\":1}")]
    public void An_agent_that_breaks_a_rule_is_refused_in_one_line(string agent)
    {
        var refusal = Given.EventRefusal(Given.Event(("agent", agent)));
        refusal.Kind.ShouldBe(RejectionKind.Invalid);
        refusal.Problems.ShouldHaveSingleItem().Field.ShouldBe("agent");
        refusal.Reason.ShouldNotContain('\n');
    }

    [Theory, InlineData("2026-01-31T12:05:00Z", true), InlineData("2026-01-31T12:05:00.001Z", false)]
    public void An_event_may_be_at_most_five_minutes_ahead_of_the_service(string timestamp, bool taken)
    {
        var body = Given.Event(("timestamp", $"\"{timestamp}\""));
        if (taken) Given.PipelineEvent(body).ReceivedAt.ShouldBe(Given.Now);
        else Given.EventRefusal(body).Problems.ShouldHaveSingleItem().Field.ShouldBe("timestamp");
    }

    [Fact]
    public void An_event_sent_again_repeats_what_is_stored_and_another_names_the_difference()
    {
        var stored = Given.PipelineEvent(Given.Event(("id", "\"e\""), ("timestamp", "\"2026-01-31T11:00:00Z\""), ("priority", "1"), ("metadata", "{\"a\":1,\"b\":2}")));
        var again = Given.Event(("id", "\"e\""), ("priority", "1.0"), ("metadata", "{\"b\":2.0,\"a\":1}"), ("runner", "\"\""));
        Given.PipelineEvent(again).RepeatsWhatIsStored(stored, out var difference).ShouldBeTrue(difference);
        Given.PipelineEvent(Given.Event(("id", "\"e\""), ("priority", "2"))).RepeatsWhatIsStored(stored, out difference).ShouldBeFalse();
        difference.ShouldBe("priority");
    }

    [Fact]
    public void A_task_to_register_becomes_an_event_about_it()
    {
        const string Task = "{\"task_id\":\"t\",\"direction\":\"do it\",\"model\":\"\",\"id\":\"k\"}";
        EventDraft.TryReadTask(Given.Utf8(Task), Given.Arriving, out var draft, out _).ShouldBeTrue();
        draft.Agent.ShouldBeNull();
        PipelineEvent.TryCreate(draft, Given.Arriving, out var made, out _).ShouldBeTrue();
        (made.EventType, made.EntityType, made.EntityId, made.Direction).ShouldBe(("task:created", "task", "t", "do it"));
        made.WithId("other").Id.ShouldBe("other");
        EventDraft.TryReadTask(Given.Utf8(Task), Given.Arriving, out draft, out _).ShouldBeTrue();
        PipelineEvent.TryCreate(draft, new ReadingRules(Given.Now.AddMinutes(1)), out var again, out _).ShouldBeTrue();
        again.RepeatsWhatIsStored(made, out var difference).ShouldBeTrue(difference);
    }
}
