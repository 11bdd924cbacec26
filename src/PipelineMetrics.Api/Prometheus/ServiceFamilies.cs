using System.Diagnostics;
using PipelineMetrics.Alerting;
using PipelineMetrics.Api.Hosting;
using PipelineMetrics.Api.Status;
using PipelineMetrics.Events;
using PipelineMetrics.Health;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Prometheus;

/// <summary>How the pipeline and this service are at the moment, as families.</summary>
internal sealed class ServiceFamilies(Recorder recorder, HealthWatch health, RunnerList runners, Outbox outbox, TimeProvider clock)
{
    private static readonly TaskState[] OpenStates = [TaskState.Pending, TaskState.Running, TaskState.NeedsDecision];

    public IEnumerable<Family> Now() => [.. OfPipeline(), .. OfHealth(), .. OfLog(), .. OfWebhooks(), .. OfProcess()];

    private IEnumerable<Family> OfPipeline()
    {
        var now = Instant.Truncate(clock.GetUtcNow());
        var survey = new TaskSurvey(recorder.Tasks.All, now);
        var open = Gauge("agent_tasks_open", "Registered tasks that are not done.", "state");
        foreach (var state in OpenStates) open.Add(survey.Count(state), TaskStates.Word(state));
        yield return open;
        yield return Gauge("agent_tasks_oldest_pending_seconds", "How long the pending task that waits longest has waited; 0 when none is pending.")
            .Add((decimal)(survey.LongestWait ?? TimeSpan.Zero).TotalSeconds);
        var states = runners.With(survey.Held, now).CountBy(runner => runner.Status).ToDictionary();
        var known = Gauge("agent_runners", "Runners that were heard or have a task.", "state");
        foreach (var word in Enum.GetValues<RunnerState>().Select(RunnerStates.Word)) known.Add(states.GetValueOrDefault(word), word);
        yield return known;
    }

    private IEnumerable<Family> OfHealth()
    {
        var report = health.Look();
        var status = Gauge("pipeline_metrics_health_status", "1 for the status that health has, 0 for the others.", "status");
        foreach (var each in Enum.GetValues<HealthStatus>()) status.Add(each == report.Status ? 1 : 0, each.ToString().ToLowerInvariant());
        yield return status;
        var checks = Gauge("pipeline_metrics_health_check_ok", "1 while a check of health is fine, 0 while it fails.", "check");
        foreach (var each in report.Checks) checks.Add(each.Check.IsOk ? 1 : 0, each.Check.Name);
        yield return checks;
    }

    private IEnumerable<Family> OfLog()
    {
        var log = recorder.Log;
        var takesWrites = recorder.Stopped is null && log.LastWriteError is null;
        yield return Gauge("pipeline_metrics_writes_accepted", "1 while records can be stored, 0 while they are refused.").Add(takesWrites ? 1 : 0);
        var bytes = Gauge("pipeline_metrics_store_bytes", "Size of the log, archives left out.", "stream");
        var records = Gauge("pipeline_metrics_store_records", "Lines of the log, archives left out.", "stream");
        foreach (var stream in Enum.GetValues<LogStream>())
        {
            bytes.Add(log.Of(stream).Bytes, stream.ToString().ToLowerInvariant());
            records.Add(log.Of(stream).Lines, stream.ToString().ToLowerInvariant());
        }
        yield return bytes;
        yield return records;
        yield return Gauge("pipeline_metrics_archive_bytes", "Size of the archives of what left the log.").Add(log.Archive.ArchiveBytes);
        yield return Gauge("pipeline_metrics_archive_records", "Lines that left the log.").Add(log.Archive.Lines);
        yield return Gauge("pipeline_metrics_log_damage", "Damaged places of the log.").Add(log.DamageCount);
        yield return Gauge("pipeline_metrics_log_lines_left_out", "Lines of the log that count in no figure.").Add(recorder.LeftOut.Count);
    }

    private IEnumerable<Family> OfWebhooks()
    {
        yield return Gauge("pipeline_metrics_webhooks_queued", "Webhooks that wait for their delivery.").Add(outbox.PendingCount);
        yield return new Family("pipeline_metrics_webhooks_settled", FamilyType.Counter, "Webhooks that were delivered or given up since the start of the process.", "result")
            .Add(outbox.DeliveredCount, "delivered").Add(outbox.GivenUpCount, "given_up");
    }

    private static IEnumerable<Family> OfProcess()
    {
        using var process = Process.GetCurrentProcess();
        yield return new Family("pipeline_metrics_build", FamilyType.Info, "Which build this is.", "version", "commit").Add(1, ServiceVersion.Text, ServiceVersion.Commit);
        yield return Gauge("process_start_time_seconds", "When the process started, Unix time.")
            .Add(new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000m);
        yield return new Family("process_cpu_seconds", FamilyType.Counter, "Processor time that the process used.").Add((decimal)process.TotalProcessorTime.TotalSeconds);
        yield return Gauge("process_resident_memory_bytes", "Memory of the process that is in RAM.").Add(process.WorkingSet64);
    }

    private static Family Gauge(string name, string help, params IReadOnlyList<string> labels) => new(name, FamilyType.Gauge, help, labels);
}
