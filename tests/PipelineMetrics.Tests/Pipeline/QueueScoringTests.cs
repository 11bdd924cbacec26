using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Tests.Pipeline;

public sealed class QueueScoringTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly QueueScoring _scoring = new(new QueueOptions(), new PriorityWeights(), new VipSenders { Senders = ["CEO@company.com"] });

    [Theory]
    [InlineData(0, 0), InlineData(86_399_999, 0), InlineData(86_400_000, 0.25), InlineData(259_199_999, 0.25), InlineData(259_200_000, 0.5)]
    [InlineData(604_799_999, 0.5), InlineData(604_800_000, 1), InlineData(99_999_999_999, 1), InlineData(-300_000, 0)]
    public void Age_adds_the_step_it_has_reached(long ageMs, double boost)
    {
        var score = _scoring.ScoreOf(TaskOf(priority: 2.5m, createdAt: Now.AddMilliseconds(-ageMs)), Now);
        score.ShouldBe(new QueueScore(2.5m, (decimal)boost, null));
        score.Total.ShouldBe(2.5m + (decimal)boost);
    }

    [Fact]
    public void Steps_may_be_others_in_any_order_or_none()
    {
        var own = new QueueOptions { AgeBoost = new Dictionary<TimeSpan, double> { [TimeSpan.FromHours(2)] = 5, [TimeSpan.FromHours(1)] = 9 } };
        decimal Boost(QueueOptions options, int minutes) =>
            new QueueScoring(options, new PriorityWeights(), new VipSenders()).ScoreOf(TaskOf(createdAt: Now.AddMinutes(-minutes)), Now).AgeBoost;
        (Boost(own, 59), Boost(own, 60), Boost(own, 120)).ShouldBe((0, 9, 5));
        Boost(new QueueOptions { AgeBoost = new Dictionary<TimeSpan, double>() }, 100_000).ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"urgency":1}""", 0.4), InlineData("""{"urgency":0}""", 0), InlineData("""{"urgency":0.5}""", 0.2), InlineData("""{"urgency":5e-1}""", 0.2)]
    [InlineData("""{"urgency":"low"}""", 0.1), InlineData("""{"urgency":"normal"}""", 0.2), InlineData("""{"urgency":"high"}""", 0.3), InlineData("""{"urgency":"critical"}""", 0.4)]
    [InlineData("""{"deadline":"2026-03-01T12:00:00Z"}""", 0.3), InlineData("""{"deadline":"2020-01-01T00:00:00Z"}""", 0.3)]
    [InlineData("""{"deadline":"2026-03-08T12:00:00Z"}""", 0), InlineData("""{"deadline":"2099-01-01T00:00:00Z"}""", 0)]
    [InlineData("""{"deadline":"2026-03-05T01:00:00+01:00"}""", 0.15), InlineData("""{"deadline":"2026-03-08T11:59:00Z"}""", 0)]
    [InlineData("""{"sender":"ceo@COMPANY.com"}""", 0.3), InlineData("""{"sender":"somebody@company.com"}""", 0)]
    [InlineData("""{"urgency":1,"deadline":"2026-01-01T00:00:00Z","sender":"ceo@company.com","other":{"urgency":[1]}}""", 1)]
    [InlineData("""{"other":[{"sender":1}],"urgency":"high"}""", 0.3)]
    public void What_presses_is_weighed(string context, double boost) =>
        _scoring.ScoreOf(TaskOf(context), Now).PressureBoost.ShouldBe((decimal)boost);

    [Theory]
    [InlineData("""{"urgency":1.01}"""), InlineData("""{"urgency":-0.1}"""), InlineData("""{"urgency":1e400}"""), InlineData("""{"urgency":"HIGH"}""")]
    [InlineData("""{"urgency":null}"""), InlineData("""{"urgency":{"urgency":1}}"""), InlineData("""{"urgency":[1]}"""), InlineData("""{"urgency":true}""")]
    [InlineData("""{"deadline":"tomorrow"}"""), InlineData("""{"deadline":"2026-03-01T12:00:00"}"""), InlineData("""{"deadline":1772366400}""")]
    [InlineData("""{"sender":5}"""), InlineData("""{"Urgency":1}"""), InlineData("""{"a":{"urgency":1}}"""), InlineData("{}")]
    [InlineData("""["urgency",1]"""), InlineData("\"urgency\""), InlineData("1"), InlineData("null"), InlineData(null)]
    public void What_means_nothing_is_not_given(string? context) => _scoring.ScoreOf(TaskOf(context), Now).PressureBoost.ShouldBeNull();

    [Fact]
    public void The_metadata_say_what_the_context_does_not()
    {
        var said = TaskPressure.Of("""{"urgency":"often","sender":"a"}""", """{"urgency":0.5,"sender":"b","deadline":"2026-03-01T12:00:00Z"}""");
        said.ShouldBe(new TaskPressure(0.5m, Now, "a"));
        TaskPressure.Of(null, """{"urgency":0.5}""").ShouldBe(new TaskPressure(0.5m, null, null));
    }

    [Fact]
    public void A_registered_task_presses_as_its_context_says()
    {
        var book = new TaskBook();
        var draft = new EventDraft { EventType = TaskEvents.Created, EntityId = "t", Timestamp = Now, Direction = "d", Context = """{"urgency":1}""" };
        PipelineEvent.TryCreate(draft, ReadingRules.Stored, out var fact, out var rejection).ShouldBeTrue(rejection?.Reason);
        book.Apply(fact, 1);
        book.Find(new TaskKey(null, "t"))!.Pressure.ShouldBe(new TaskPressure(1, null, null));
    }

    private static TaskView TaskOf(string? context = null, decimal priority = 0, DateTimeOffset? createdAt = null) =>
        new() { Key = new TaskKey(null, "t"), Priority = priority, CreatedAt = createdAt ?? Now, Pressure = TaskPressure.Of(context, null) };
}
