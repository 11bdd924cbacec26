using PipelineMetrics.Aggregation;
using PipelineMetrics.Events;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Health;

/// <summary>Reads what health is judged by.</summary>
public sealed class HealthReader(Recorder recorder, IDisk disk, LogOptions log, TimeProvider clock)
{
    private static readonly TimeRange Day = TimeRange.Rolling(TimeSpan.FromHours(24));

    // How it was elsewhere says nothing about how it is here.
    private static readonly string[] Imported = ["import", "git-import"];
    private (long Version, DateTimeOffset? At) _lastCompletion = (-1, null);

    /// <summary>How things are now. For one thread at a time.</summary>
    public HealthFacts Read()
    {
        var now = Instant.Truncate(clock.GetUtcNow());
        var (pending, active) = CountTasks();
        var (completed, failed) = recorder.Completions.CountEnds(Day, now, Imported);
        var last = LastCompletion();
        var isView = recorder.Log.IsView;
        return new HealthFacts
        {
            Now = now,
            // No service had its start in a log that is only looked at; idle is since the last attempt then.
            ListeningSince = isView ? last ?? now : recorder.StartedAt,
            Pending = pending,
            Active = active,
            Completed = completed,
            Failed = failed,
            LastCompletion = last,
            // Heartbeats are in the memory of the service that hears them.
            Runners = isView ? [] : recorder.Runners.All,
            WritesRefused = isView ? null : recorder.Stopped ?? recorder.Log.LastWriteError?.Message,
            FreeBytes = FreeBytes(),
            Damage = recorder.Log.DamageCount,
            LinesLeftOut = recorder.LeftOut.Count,
        };
    }

    private (long Pending, long Active) CountTasks()
    {
        var (pending, active) = (0L, 0L);
        foreach (var task in recorder.Tasks.All)
        {
            if (task.State == TaskState.Pending) pending++;
            else if (task.State is TaskState.Running or TaskState.NeedsDecision) active++;
        }
        return (pending, active);
    }

    private DateTimeOffset? LastCompletion()
    {
        var version = recorder.Completions.Version;
        if (_lastCompletion.Version != version) _lastCompletion = (version, recorder.Completions.LastEnd(Imported));
        return _lastCompletion.At;
    }

    private long? FreeBytes()
    {
        try
        {
            return disk.FreeBytes(log.Directory);
        }
        catch (DiskException)
        {
            // A disk that does not answer is told by the writes it refuses.
            return null;
        }
    }
}
