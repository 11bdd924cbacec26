using PipelineMetrics.Aggregation;
using PipelineMetrics.Contracts;
using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Status;

/// <summary>Answers what the pipeline is doing.</summary>
internal sealed class StatusAnswers(Recorder recorder, RunnerList runners, TimeProvider clock)
{
    private const int MostActive = 1000;

    /// <summary>All of it now.</summary>
    /// <param name="completions">How many of the last completions to list.</param>
    public StatusResponse Now(int completions)
    {
        var now = Instant.Truncate(clock.GetUtcNow());
        var survey = new TaskSurvey(recorder.Tasks.All, now);
        var flags = PipelineFlags.Of(FactsOf(survey, now));
        return new StatusResponse
        {
            Status = WordOf(survey, flags),
            ComputedAt = now,
            Counts = TaskStates.All.ToDictionary(TaskStates.Word, survey.Count),
            Runners = runners.With(survey.Held, now),
            Active = ActiveOf(survey.Active, now),
            LastCompletions = LastOf(completions),
            Flags = [.. flags.Select(flag => new StatusFlag(flag.Name, flag.IsRaised, flag.Value, flag.Threshold, flag.Reason))],
        };
    }

    private FlagFacts FactsOf(TaskSurvey survey, DateTimeOffset now)
    {
        var week = recorder.Completions.Answer(new MetricsQuery(TimeRange.Rolling(CompletionTable.DefaultWindow)), now).Overall;
        var last = recorder.Completions.Newest(PipelineFlags.FailuresInARow, withCancelled: false);
        return new FlagFacts(
            survey.Count(TaskState.Pending), survey.Count(TaskState.Running), survey.LongestWait,
            [.. last.Select(completion => completion.Status)], week.Completed, week.Total);
    }

    private static string WordOf(TaskSurvey survey, IReadOnlyList<PipelineFlag> flags)
    {
        if (survey.Count(TaskState.Running) > 0) return "running";
        if (flags.Any(flag => flag is { Name: PipelineFlags.Stuck, IsRaised: true })) return "stuck";
        return survey.Count(TaskState.Pending) + survey.Count(TaskState.NeedsDecision) > 0 ? "waiting" : "idle";
    }

    private static List<ActiveTask> ActiveOf(List<TaskView> active, DateTimeOffset now) =>
        [.. active.OrderBy(task => task.StartedAt ?? DateTimeOffset.MaxValue)
            .ThenBy(task => task.Key.ChainId, StringComparer.Ordinal).ThenBy(task => task.Key.TaskId, StringComparer.Ordinal)
            .Take(MostActive)
            .Select(task => Active(task, now))];

    private static ActiveTask Active(TaskView task, DateTimeOffset now) => new()
    {
        TaskId = task.Key.TaskId,
        ChainId = task.Key.ChainId,
        Status = TaskStates.Word(task.State),
        TaskType = task.TaskType,
        Model = task.Model,
        Runner = task.Runner,
        Reason = task.Reason,
        Attempt = task.Attempt,
        StartedAt = task.HasOpenAttempt ? task.StartedAt : null,
        RunningSeconds = task.HasOpenAttempt && task.RunningMs(now) is { } ms ? ms / 1000m : null,
    };

    private List<LastCompletion> LastOf(int count)
    {
        var last = new List<LastCompletion>(count);
        foreach (var newest in recorder.Completions.Newest(count, withCancelled: true))
        {
            // A line that cannot be read any more is in the figures all the same; there is nothing to show of it.
            if (recorder.ReadLine(newest.Place) is { } line && Completion.TryReadLine(line, out var completion, out _)) last.Add(Last(completion));
        }
        return last;
    }

    private static LastCompletion Last(Completion completion) => new()
    {
        Id = completion.Revises ?? completion.Id,
        TaskId = completion.TaskId,
        ChainId = completion.ChainId,
        TaskType = completion.TaskType,
        Model = completion.Model,
        Status = completion.Status.ToString().ToLowerInvariant(),
        Outcome = completion.Outcome.ToString().ToLowerInvariant(),
        DurationSeconds = completion.DurationMs / 1000m,
        Runner = completion.Runner,
        CreatedAt = completion.CreatedAt,
    };
}
