using PipelineMetrics.Events;

namespace PipelineMetrics.Tests.Events;

/// <summary>Importers and captures make drafts in code; what becomes of them must be as valid as what arrives as JSON.</summary>
public sealed class DraftFromCodeTests
{
    public static TheoryData<string, Action<CompletionDraft>> Wrong => Given.Table<string, Action<CompletionDraft>>(
    [
        ("task_id", d => d.TaskId = new string('x', 201)), ("task_id", d => d.TaskId = " "), ("model", d => d.Model = "a\0b"),
        ("error", d => d.Error = "\ud800"), ("duration_seconds", d => d.DurationMs = -1), ("duration_seconds",
            d => d.DurationMs = 2_592_000_001),
        ("status", d => d.Status = (CompletionStatus)9), ("outcome", d => d.Outcome = (Outcome)(-1)), ("cost_source",
            d => d.CostSource = (CostSource)2),
        ("turns", d => d.Turns = -1), ("context_utilization_final", d => d.ContextUtilizationFinal = 1.1m), ("quality_gates_run",
            d => d.QualityGatesRun = [""]),
        ("quality_gates_run", d => d.QualityGatesRun = ["\udfff"]), ("quality_gates_run", d => d.QualityGatesRun = [null!]), ("metadata",
            d => d.Metadata = "[]"),
        ("metadata", d => d.Metadata = "{\"a\":1,\"a\":2}"), ("metadata", d => d.Metadata = "{}{}"), ("metadata", d => d.Metadata = ""),
        ("metadata", d => d.Metadata = "\"\ud800\""), ("metadata",
            d => d.Metadata = "{" + string.Join(",", Enumerable.Range(0, 33).Select(i => $"\"n{i}\":1")) + "}"),
        ("metadata", d => d.Metadata = "{\"a\":\"" + new string('x', 8192) + "\"}"), ("peak_memory_bytes",
            d => d.PeakMemoryBytes = -1), ("revision", d => (d.Revises, d.Revision) = ("a", 0)),
    ]);

    [Theory, MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void A_draft_made_in_code_is_held_to_the_same_rules(string field, Action<CompletionDraft> spoil)
    {
        var draft = Valid();
        spoil(draft);
        Completion.TryCreate(draft, Given.Arriving, out var completion, out var rejection).ShouldBeFalse();
        completion.ShouldBeNull();
        rejection.ShouldNotBeNull().Kind.ShouldBe(RejectionKind.Invalid);
        rejection.Problems.ShouldContain(p => p.Field == field);
        rejection.Reason.ShouldNotContain('\n');
    }

    [Fact]
    public void Instants_are_truncated_and_kept_in_UTC()
    {
        var draft = Valid();
        draft.CreatedAt = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.FromHours(1)).AddTicks(1_239_999);
        Completion.TryCreate(draft, Given.Arriving, out var completion, out _).ShouldBeTrue();
        completion.CreatedAt.ShouldBe(new DateTimeOffset(2026, 1, 31, 11, 0, 0, 123, TimeSpan.Zero));
        completion.CreatedAt.Offset.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Empty_texts_are_absent_and_metadata_is_brought_onto_one_line()
    {
        var draft = Valid();
        (draft.Runner, draft.Metadata) = ("", "{ \"a\" :\n 1.0 }");
        Completion.TryCreate(draft, Given.Arriving, out var completion, out _).ShouldBeTrue();
        completion.Runner.ShouldBeNull();
        completion.Metadata.ShouldBe("{\"a\":1.0}");
    }

    [Fact]
    public void A_completion_does_not_change_with_the_draft_it_was_made_of()
    {
        var gates = new List<string> { "build" };
        var draft = Valid();
        draft.QualityGatesRun = gates;
        Completion.TryCreate(draft, Given.Arriving, out var completion, out _).ShouldBeTrue();
        draft.Model = "other";
        gates.Add("\n");
        completion.Model.ShouldBe("unknown");
        completion.QualityGatesRun.ShouldBe(["build"]);
        completion.ToDraft().Model = "third";
        completion.Model.ShouldBe("unknown");
    }

    [Fact]
    public void Made_twice_it_repeats_itself_although_the_clock_went_on()
    {
        Completion.TryCreate(Valid(), Given.Arriving, out var first, out _).ShouldBeTrue();
        Completion.TryCreate(Valid(), new ReadingRules(Given.Now.AddMinutes(1)), out var second, out _).ShouldBeTrue();
        second.RepeatsWhatIsStored(first, out _).ShouldBeTrue();
    }

    [Fact]
    public void An_event_made_in_code_is_held_to_the_same_rules()
    {
        var draft = new EventDraft { EventType = "started", EntityId = "", Attempt = 0, Context = "{",
            Agent = new EventAgent(new string('m', 201), null, null, null) };
        PipelineEvent.TryCreate(draft, Given.Arriving, out var made, out var rejection).ShouldBeFalse();
        made.ShouldBeNull();
        rejection.ShouldNotBeNull().Problems.Select(p => p.Field).ShouldBe(["event_type", "entity_id", "agent", "context", "attempt"]);
    }

    private static CompletionDraft Valid() => new() { TaskId = "t", DurationMs = 1, Status = CompletionStatus.Failed };
}
