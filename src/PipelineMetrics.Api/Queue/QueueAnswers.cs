using PipelineMetrics.Api.Runners;
using PipelineMetrics.Contracts;
using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Queue;

/// <summary>Answers what waits.</summary>
internal sealed class QueueAnswers(Recorder recorder, QueueScoring scoring, RetryOptions retry, ServiceTimes times, RunnerPresence runners, TimeProvider clock)
{
    /// <summary>The part of the queue that is asked for.</summary>
    public async Task<QueueResponse> ToAsync(QueueQuestion question, CancellationToken cancellation)
    {
        var serviceTime = await times.NowAsync(cancellation);
        var now = Instant.Truncate(clock.GetUtcNow());
        var tasks = recorder.Tasks.All.Where(task => task.State is TaskState.Pending or TaskState.Running or TaskState.Failed).ToList();
        var rankedAt = question.Cursor?.RankedAt ?? now;
        var queue = QueueView.Of(tasks, scoring, rankedAt, now, serviceTime, runners.Running(now));
        var wanted = queue.Entries.Where(entry => question.Wants(entry.Task)).ToList();
        var rest = wanted.Where(entry => question.Cursor is not { } cursor || QueuePlace.Order.Compare(entry.Place, cursor.After) > 0);
        var page = rest.Take(question.Limit + 1).ToList();
        var hasMore = page.Count > question.Limit;
        if (hasMore) page.RemoveAt(question.Limit);
        var retries = Retries(tasks, question);
        return new QueueResponse
        {
            ComputedAt = now,
            Total = wanted.Count,
            Running = queue.Running,
            Runners = queue.Runners,
            ExpectedFinish = queue.ExpectedFinish,
            Items = [.. page.Select(entry => Item(entry, now))],
            Next = hasMore ? new QueueCursor(rankedAt, page[^1].Place).ToString() : null,
            Retries = [.. retries.Take(question.Limit).Select(waiting => Retry(waiting, now))],
            RetriesTotal = retries.Count,
        };
    }

    private List<WaitingRetry> Retries(List<TaskView> tasks, QueueQuestion question)
    {
        var waiting = new List<WaitingRetry>();
        foreach (var task in tasks)
        {
            if (task.State == TaskState.Failed && question.Wants(task) && retry.AdviceFor(task)?.NextRetryAt is { } at) waiting.Add(new WaitingRetry(task, at));
        }
        return [.. waiting.OrderBy(w => w.At).ThenBy(w => new QueuePlace(w.Task.Priority, w.Task.CreatedAt, w.Task.Key), QueuePlace.Order)];
    }

    private static QueueItem Item(QueueEntry entry, DateTimeOffset now)
    {
        var task = entry.Task;
        return new QueueItem
        {
            Position = entry.Position,
            TaskId = task.Key.TaskId,
            ChainId = task.Key.ChainId,
            TaskType = task.TaskType,
            Model = task.Model,
            Priority = entry.Score.Priority,
            AgeBoost = entry.Score.AgeBoost,
            PressureBoost = entry.Score.PressureBoost,
            Score = entry.Score.Total,
            Runner = task.Runner,
            CreatedAt = task.CreatedAt,
            WaitSeconds = (decimal)task.WaitAt(now).TotalMilliseconds / 1000,
            ExpectedStart = entry.Expected?.Start,
            ExpectedFinish = entry.Expected?.Finish,
        };
    }

    private static QueueRetry Retry(WaitingRetry waiting, DateTimeOffset now) => new()
    {
        TaskId = waiting.Task.Key.TaskId,
        ChainId = waiting.Task.Key.ChainId,
        TaskType = waiting.Task.TaskType,
        Model = waiting.Task.Model,
        State = TaskStates.Word(waiting.Task.State),
        Priority = waiting.Task.Priority,
        Attempt = waiting.Task.Attempt,
        Runner = waiting.Task.Runner,
        NextRetryAt = waiting.At,
        Due = now >= waiting.At,
    };

    private readonly record struct WaitingRetry(TaskView Task, DateTimeOffset At);
}
