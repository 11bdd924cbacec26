using Microsoft.Extensions.Logging.Abstractions;
using PipelineMetrics.Alerting;
using PipelineMetrics.Tests.Log;

namespace PipelineMetrics.Tests.Alerting;

/// <summary>An outbox on a disk in memory, and everything around it.</summary>
internal sealed class AlertBench(SimDisk disk, ManualClock clock)
{
    public AlertBench() : this(new SimDisk(), new ManualClock())
    {
    }

    public SimDisk Disk { get; } = disk;

    public ManualClock Clock { get; } = clock;

    public DateTimeOffset Now => Clock.GetUtcNow();

    public NotificationPlan Plan { get; init; } = PlanOf("a");

    public int RewriteBytes { get; init; } = OutboxFile.DefaultRewriteBytes;

    /// <summary>Chance in the waits between attempts.</summary>
    public double Chance { get; set; } = 0.5;

    public static NotificationPlan PlanOf(params string[] targets) => new([.. targets.Select(name => Target(name))], []);

    public static WebhookTarget Target(string name, string url = "https://example.com/hook", params string[] events) =>
        new(name, new Uri(url), [], events.Length > 0 ? events : WebhookTypes.All);

    public static WebhookMessage Message(string id, DateTimeOffset at, string type = WebhookTypes.TaskFailed) =>
        new(id, type, at, WebhookBody.Of(type, at, id, "detail"));

    public Outbox New() => new(Plan, new OutboxFile(Disk, LogBench.Directory) { RewriteBytes = RewriteBytes }, Clock, NullLogger.Instance) { Chance = () => Chance };

    public Outbox Open()
    {
        var outbox = New();
        outbox.Open();
        return outbox;
    }

    public Courier Courier(Outbox outbox, Attempt attempt) => new(Plan, outbox, attempt, Clock, NullLogger<Courier>.Instance);

    /// <summary>The outbox as comparable text.</summary>
    public static string Text(Outbox outbox) => string.Join('\n', outbox.List(long.MaxValue, _ => true, int.MaxValue)
        .Select(d => $"{d.Number} {d.Message.Id} {d.Target} {d.State} {d.Attempts} {d.Status} {d.Error} {d.NextAt:O}")) + $"\n{outbox.Position}";
}
