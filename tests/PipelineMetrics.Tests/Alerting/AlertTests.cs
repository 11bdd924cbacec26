using Microsoft.Extensions.Logging.Abstractions;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Alerting;
using PipelineMetrics.Tests.Recording;

namespace PipelineMetrics.Tests.Alerting;

/// <summary>Thresholds on a window: told once when they are crossed, once when it is over, never for what is imported.</summary>
public sealed class AlertTests : IDisposable
{
    private readonly RecorderBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(0.2, 0.1, "0.3:10 0.15:10 0.1:10 0.2:10 0.21:10", "1.0.1")]
    [InlineData(0.2, 0.1, "0.9:9 0.9:10 0.0:9 0.0:10", ".1.0")]
    public void A_rule_fires_beyond_its_threshold_clears_at_the_other_and_needs_enough(double above, double clear, string readings, string expected)
    {
        var rule = Rule("error_rate") with { FiresAbove = true, Threshold = (decimal)above, Clear = (decimal)clear, MinN = 10 };
        var isFired = false;
        var changes = readings.Split(' ').Select(reading =>
        {
            var parts = reading.Split(':');
            var after = rule.Judge(isFired, new AlertReading(decimal.Parse(parts[0]), long.Parse(parts[1])));
            var change = after == isFired ? "." : after ? "1" : "0";
            isFired = after;
            return change;
        });
        string.Concat(changes).ShouldBe(expected);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void Every_rule_is_what_a_naive_one_says(bool above)
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var (threshold, gap) = (random.Next(20), random.Next(5));
            var rule = Rule("success_rate") with { FiresAbove = above, Threshold = threshold, Clear = above ? threshold - gap : threshold + gap, MinN = random.Next(5) };
            var (before, reading) = (random.Next(2) == 0, new AlertReading(random.Next(8) == 0 ? null : random.Next(25), random.Next(8)));
            rule.Judge(before, reading).ShouldBe(Naive(rule, before, reading), $"{rule} {before} {reading}");
        }
    }

    [Fact]
    public async Task It_is_told_once_when_it_begins_and_once_when_it_is_over()
    {
        var rule = Rule("error_rate") with { FiresAbove = true, Threshold = 0.25m, Clear = 0.2m, MinN = 4, Window = TimeSpan.FromHours(1) };
        var (notifier, outbox) = Start(rule);
        foreach (var status in new[] { "failed", "completed", "failed", "failed" }) await PostAsync(status);
        for (var look = 0; look < 5; look++) await LookAsync(notifier);
        Told(outbox).ShouldBe(["alert_fired"]);
        for (var i = 0; i < 11; i++) await PostAsync("completed");
        await LookAsync(notifier);
        Told(outbox).ShouldBe(["alert_fired", "alert_cleared"]);
        var data = System.Text.Json.JsonElement.Parse(outbox.List(long.MaxValue, _ => true, 10)[^1].Message.Body).GetProperty("data");
        (data.GetProperty("alert").GetString(), data.GetProperty("value").GetDecimal(), data.GetProperty("n").GetInt64()).ShouldBe(("rule", 0.75m, 4));
    }

    [Fact]
    public async Task A_restart_neither_tells_it_again_nor_forgets_that_it_was_told()
    {
        var rule = Rule("error_rate") with { FiresAbove = true, Threshold = 0.25m, Clear = 0.25m, MinN = 1, Window = TimeSpan.FromHours(1) };
        var (notifier, outbox) = Start(rule);
        await PostAsync("failed");
        await LookAsync(notifier);
        outbox.Dispose();
        (notifier, outbox) = Start(rule);
        await LookAsync(notifier);
        Told(outbox).ShouldBe(["alert_fired"]);
        for (var i = 0; i < 9; i++) await PostAsync("completed");
        await LookAsync(notifier);
        Told(outbox).ShouldBe(["alert_fired", "alert_cleared"]);
    }

    [Fact]
    public async Task What_is_imported_alarms_nobody()
    {
        var rule = Rule("error_rate") with { FiresAbove = true, Threshold = 0.25m, Clear = 0.25m, MinN = 1 };
        var (notifier, outbox) = Start(rule);
        await PostAsync("completed");
        for (var i = 0; i < 9; i++) await PostAsync("failed", ""","source":"import" """);
        await PostAsync("failed", ""","source":"git-import" """);
        await LookAsync(notifier);
        Told(outbox).ShouldBeEmpty();
        await PostAsync("failed", ""","source":"(odd)" """);
        await LookAsync(notifier);
        Told(outbox).ShouldBe(["alert_fired"]);
    }

    [Fact]
    public async Task Nothing_but_imports_is_nothing()
    {
        for (var i = 0; i < 9; i++) await PostAsync("failed", ""","source":"import" """);
        new AlertFigures(_bench.Recorder).Read(Rule("error_rate"), _bench.Now).ShouldBe(new AlertReading(null, 0));
    }

    [Theory]
    [InlineData("success_rate", "0.75", 4), InlineData("error_rate", "0.25", 4), InlineData("p95_seconds", "40", 4), InlineData("throughput_per_hour", "2", 4)]
    [InlineData("cost_usd", "0.7", 2)]
    public async Task Each_metric_is_the_figure_of_its_window(string metric, string value, long n)
    {
        foreach (var (status, seconds, more) in new[] { ("completed", 10, ""), ("completed", 20, ",\"actual_cost_usd\":0.5"), ("failed", 30, ",\"actual_cost_usd\":0.2"), ("completed", 40, "") })
            await _bench.Post($$"""{"task_id":"t","duration_seconds":{{seconds}},"status":"{{status}}","model":"m"{{more}}}""");
        await _bench.Post($$"""{"task_id":"t","duration_seconds":900,"status":"failed","model":"other","actual_cost_usd":9}""");
        await _bench.Post($$"""{"task_id":"t","duration_seconds":900,"status":"failed","model":"m","created_at":"{{_bench.Now.AddHours(-3):yyyy-MM-ddTHH:mm:ssZ}}"}""");
        var rule = Rule(metric) with { Window = TimeSpan.FromHours(2), Filters = [new DimensionFilter(Dimension.Model, ["m"])] };
        var reading = new AlertFigures(_bench.Recorder).Read(rule, _bench.Now);
        (reading.Value, reading.N).ShouldBe((decimal.Parse(value), n));
    }

    [Fact]
    public void What_is_raised_goes_to_those_who_want_it_and_never_fails()
    {
        var plan = new NotificationPlan([AlertBench.Target("a", events: ["health_degraded"]), AlertBench.Target("b", events: ["orchestrator_stopped"])], []);
        var outbox = new AlertBench(_bench.Disk, _bench.Clock) { Plan = plan }.Open();
        var notifier = new Notifier(plan, outbox, _bench.Recorder, _bench.Clock, NullLogger<Notifier>.Instance);
        notifier.Raise(WebhookTypes.HealthDegraded, "backlog", "21 tasks wait");
        notifier.Raise(WebhookTypes.HealthRecovered, "backlog", "nobody wants to know");
        for (var i = 0; i < 2000; i++) notifier.Raise(WebhookTypes.OrchestratorStopped, "runner-1", "not heard of");
        notifier.StepAsync(null).IsCompleted.ShouldBeTrue();
        outbox.List(long.MaxValue, d => d.Target == "a", int.MaxValue).Single().Message.Type.ShouldBe("health_degraded");
        outbox.PendingCount.ShouldBe(1000);
    }

    private static bool Naive(AlertRule rule, bool before, AlertReading reading)
    {
        if (reading.Value == null) return before;
        if (reading.N < rule.MinN) return before;
        if (rule.FiresAbove && !before) return reading.Value > rule.Threshold;
        if (rule.FiresAbove) return reading.Value > rule.Clear;
        if (!before) return reading.Value < rule.Threshold;
        return reading.Value < rule.Clear;
    }

    private static AlertRule Rule(string metric) => new("rule", AlertMetric.Find(metric)!, TimeSpan.FromDays(7)) { FiresAbove = true, Threshold = 0, Clear = 0, MinN = 0 };

    private static IEnumerable<string> Told(Outbox outbox) => outbox.List(long.MaxValue, _ => true, int.MaxValue).Reverse().Select(d => d.Message.Type);

    private (Notifier Notifier, Outbox Outbox) Start(AlertRule rule)
    {
        var plan = AlertBench.PlanOf("a") with { Rules = [rule] };
        var outbox = new AlertBench(_bench.Disk, _bench.Clock) { Plan = plan }.Open();
        return (new Notifier(plan, outbox, _bench.Recorder, _bench.Clock, NullLogger<Notifier>.Instance), outbox);
    }

    private async Task LookAsync(Notifier notifier)
    {
        _bench.Clock.Advance(AlertRule.DefaultEvery);
        await notifier.StepAsync(null);
    }

    private Task PostAsync(string status, string more = "") => _bench.Post($$"""{"task_id":"t","duration_seconds":5,"status":"{{status}}"{{more}}}""");
}
