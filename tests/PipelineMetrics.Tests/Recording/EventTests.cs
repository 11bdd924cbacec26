using System.Text.Json;
using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Tests.Recording;

/// <summary>Lifecycle events that are told: stored once, and a task moves by the same rules whichever way it is told.</summary>
public sealed class EventTests : IDisposable
{
    private readonly RecorderBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("chain:created", "chain")]
    [InlineData("request:closed", "request")]
    [InlineData("runner:error", "runner")]
    [InlineData("task:approved", "task")]
    [InlineData("garden:watered", "garden")]
    public async Task Any_type_is_stored_as_it_was_told(string type, string entity)
    {
        var receipt = await _bench.Tell(Event(type, "x", ",\"id\":\"e\",\"agent\":{\"model\":\"m\",\"tokens\":{\"input\":1}},\"colour\":1.0"));
        (receipt.Verdict, receipt.Seq, receipt.Id).ShouldBe((Verdict.Stored, 1, "e"));
        var line = JsonElement.Parse(_bench.Lines("events.jsonl").Single());
        line.GetProperty("entity_type").GetString().ShouldBe(entity);
        line.GetProperty("agent").GetRawText().ShouldBe("""{"model":"m","tokens":{"input":1}}""");
        line.GetProperty("metadata").GetRawText().ShouldBe("""{"colour":1.0}""");
        _bench.Lines().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_event_again_is_a_duplicate_and_another_under_its_id_a_conflict()
    {
        const string First = """{"id":"e","event_type":"chain:created","entity_id":"c"}""";
        await _bench.Tell(First);
        (await _bench.Tell(First)).Verdict.ShouldBe(Verdict.Duplicate);
        var other = await _bench.Tell("""{"id":"e","event_type":"chain:created","entity_id":"d"}""");
        (other.Verdict, other.Code).ShouldBe((Verdict.Conflict, "id_conflict"));
        _bench.Restart();
        (await _bench.Tell(First)).Verdict.ShouldBe(Verdict.Duplicate);
        (await _bench.Post(RecorderBench.Body("t", ",\"id\":\"e\""))).Code.ShouldBe("id_conflict");
        _bench.Lines("events.jsonl").Length.ShouldBe(1);
    }

    [Fact]
    public async Task Events_of_one_request_are_each_judged_and_keep_their_order_across_both_files()
    {
        var receipts = await _bench.TellAll(
            Event("task:started", "a"), Event("task:completed", "a"), Event("task:approved", "a"), Event("task:started", "a"),
            Event("chain:completed", "c", ",\"id\":\"x\""), Event("chain:completed", "c", ",\"id\":\"x\""), Event("task:failed", "b"), Event("task:rework", "b"));
        receipts.Select(r => r.Seq).ShouldBe([1, 2, 3, 0, 4, 0, 5, 6]);
        receipts.Select(r => r.Code).ShouldBe([null, null, null, "task_finished", null, "duplicate", null, null]);
        _bench.Lines().Length.ShouldBe(2);
    }

    [Fact]
    public async Task The_end_of_an_attempt_is_a_completion_that_lasts_as_long_as_the_task_ran()
    {
        await _bench.Tell(Event("task:started", "a", ",\"runner\":\"r\",\"task_type\":\"impl\""));
        _bench.Clock.Advance(TimeSpan.FromSeconds(7));
        await _bench.Tell(Event("task:needs_decision", "a"));
        _bench.Clock.Advance(TimeSpan.FromHours(1));
        await _bench.Tell(Event("task:started", "a"));
        _bench.Clock.Advance(TimeSpan.FromSeconds(3));
        var end = await _bench.Tell(Event("task:failed", "a", ",\"reason\":\"broken\",\"agent\":{\"model\":\"m\",\"tokens\":{\"output\":9}}"));
        end.Verdict.ShouldBe(Verdict.Stored, end.Reason);
        var line = JsonElement.Parse(_bench.Lines().Single());
        (line.GetProperty("duration_seconds").GetInt32(), line.GetProperty("status").GetString(), line.GetProperty("error").GetString()).ShouldBe((10, "failed", "broken"));
        (line.GetProperty("model").GetString(), line.GetProperty("actual_output_tokens").GetInt32(), line.GetProperty("task_type").GetString()).ShouldBe(("m", 9, "impl"));
        (await _bench.Tell(Event("task:failed", "a"))).Verdict.ShouldBe(Verdict.Duplicate);
        (await _bench.Tell(Event("task:completed", "a"))).Code.ShouldBe("attempt_closed");
        Task("a").State.ShouldBe(TaskState.Failed);
    }

    [Fact]
    public async Task The_end_of_a_task_nobody_knows_has_no_duration_unless_it_says_one()
    {
        await _bench.TellAll(Event("task:completed", "a"), Event("task:completed", "b", ",\"duration_seconds\":4,\"attempt\":3"));
        _bench.Lines()[0].ShouldNotContain("duration_seconds");
        _bench.Lines()[1].ShouldContain("\"duration_seconds\":4,\"status\":\"completed\"");
        _bench.Lines()[1].ShouldContain("\"retry_count\":2");
        (_bench.Figures.Total, _bench.Figures.Duration.Count).ShouldBe((2, 1));
    }

    [Theory]
    [InlineData("task:started", "", Verdict.Duplicate, "duplicate")]
    [InlineData("task:started", ",\"attempt\":1", Verdict.Duplicate, "duplicate")]
    [InlineData("task:started", ",\"runner\":\"other\"", Verdict.Conflict, "task_claimed")]
    [InlineData("task:claimed", ",\"runner\":\"other\"", Verdict.Conflict, "task_claimed")]
    [InlineData("task:completed", ",\"runner\":\"other\"", Verdict.Conflict, "task_claimed")]
    [InlineData("task:created", ",\"direction\":\"something else\"", Verdict.Conflict, "task_exists")]
    [InlineData("task:created", ",\"direction\":\"d\"", Verdict.Duplicate, "duplicate")]
    [InlineData("task:released", "", Verdict.Stored, null)]
    [InlineData("task:cancelled", "", Verdict.Stored, null)]
    public async Task A_running_task_moves_as_if_it_were_changed(string type, string more, Verdict verdict, string? code)
    {
        await _bench.Register("""{"task_id":"a","direction":"d"}""");
        await _bench.Patch("a", TaskState.Running, "me");
        var receipt = await _bench.Tell(Event(type, "a", more));
        (receipt.Verdict, receipt.Code).ShouldBe((verdict, code), receipt.Reason);
    }

    [Fact]
    public async Task An_attempt_has_the_number_that_the_task_gives_it_or_a_later_one()
    {
        (await _bench.Tell(Event("task:started", "a", ",\"attempt\":2"))).Verdict.ShouldBe(Verdict.Stored);
        Task("a").Attempt.ShouldBe(2);
        await _bench.Tell(Event("task:failed", "a"));
        (await _bench.Tell(Event("task:started", "a", ",\"attempt\":2"))).Code.ShouldBe("attempt_conflict");
        (await _bench.Tell(Event("task:started", "a", ",\"attempt\":5,\"id\":\"s\""))).Verdict.ShouldBe(Verdict.Stored);
        (await _bench.Tell(Event("task:started", "a", ",\"attempt\":5,\"id\":\"s\""))).Verdict.ShouldBe(Verdict.Duplicate);
        _bench.Lines("events.jsonl")[^1].ShouldContain("\"attempt\":5");
        Task("a").Attempt.ShouldBe(5);
    }

    [Fact]
    public async Task A_task_known_by_what_happened_to_it_may_be_described_later()
    {
        await _bench.TellAll(Event("task:started", "a"), Event("task:created", "a", ",\"task_type\":\"impl\""), Event("task:created", "a", ",\"direction\":\"d\",\"task_type\":\"impl\""));
        (Task("a").TaskType, Task("a").Direction, Task("a").State).ShouldBe(("impl", "d", TaskState.Running));
    }

    [Theory]
    [InlineData("""{"event_type":"task:completed"}""", "entity_id")]
    [InlineData("""{"event_type":"task:completed","entity_id":"a","task_id":"b"}""", "entity_id")]
    [InlineData("""{"event_type":"task:completed","entity_id":"a","entity_type":"chain"}""", "entity_type")]
    [InlineData("""{"event_type":"task:completed","entity_id":"a","status":"failed"}""", "status")]
    [InlineData("""{"event_type":"task:completed","entity_id":"a","reason":"good"}""", "reason")]
    [InlineData("""{"event_type":"task:failed","entity_id":"a","revises":"b"}""", "revises")]
    [InlineData("""{"event_type":"task:failed","entity_id":"a","model":"m","agent":{"model":"n"}}""", "agent")]
    [InlineData("""{"event_type":"task:failed","entity_id":"a","timestamp":"2999-01-01T00:00:00Z"}""", "timestamp")]
    [InlineData("""{"event_type":"task:failed","entity_id":"a","duration_seconds":-1}""", "duration_seconds")]
    [InlineData("""{"event_type":"started","entity_id":"a"}""", "event_type")]
    [InlineData("""{"entity_id":"a"}""", "event_type")]
    [InlineData("""{"event_type":"task:started"}""", "entity_id")]
    public async Task What_breaks_a_rule_is_refused_by_the_name_of_the_field(string json, string field)
    {
        var rules = _bench.Recorder.Arriving(refuseUnknownFields: false);
        if (PostedEvent.TryRead(System.Text.Encoding.UTF8.GetBytes(json), rules, out var told, out var rejection))
            rejection = (await _bench.Recorder.RecordAsync([told]))[0].Rejection;
        rejection!.Problems.Select(p => p.Field).ShouldContain(field);
        (_bench.Lines().Length + _bench.Lines("events.jsonl").Length).ShouldBe(0);
    }

    private static string Event(string type, string entity, string more = "") => $$"""{"event_type":"{{type}}","entity_id":"{{entity}}"{{more}}}""";

    private TaskView Task(string id) => _bench.Recorder.Tasks.Find(new TaskKey(null, id))!;
}
