using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Contracts;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Tasks;

/// <summary>Reading tasks.</summary>
internal static class TaskQueries
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    public static IResult List(HttpContext http, Recorder recorder, TaskJson shape)
    {
        if (http.Request.Query.TryGetValue("task_id", out var id)) return Show(id.ToString(), http, recorder, shape);
        var query = new QueryReader(http.Request.Query);
        var (status, type, chain) = (State(query), query.One("task_type"), query.OneOrEmpty("chain_id"));
        return Page(query, recorder, shape, task =>
            (status is null || task.State == status) && (type is null || task.TaskType == type) && (chain is null || (task.Key.ChainId ?? "") == chain));
    }

    public static IResult Attention(HttpContext http, Recorder recorder, TaskJson shape) =>
        Page(new QueryReader(http.Request.Query), recorder, shape, task => task.State is TaskState.NeedsDecision or TaskState.Failed);

    public static IResult Count(HttpContext http, Recorder recorder)
    {
        if (new QueryReader(http.Request.Query).Refusal() is { } refusal) return refusal;
        var counts = recorder.Tasks.CountByState();
        return TypedResults.Ok(new TaskCountResponse(counts.Values.Sum(), counts.ToDictionary(c => TaskStates.Word(c.Key), c => c.Value)));
    }

    public static IResult Show(string task_id, HttpContext http, Recorder recorder, TaskJson shape) =>
        TaskAddress.Find(recorder, http.Request, task_id, out var task) ?? TypedResults.Ok(shape.WithHistory(task!, recorder));

    private static IResult Page(QueryReader query, Recorder recorder, TaskJson shape, Func<TaskView, bool> matches)
    {
        var limit = query.Count("limit", 1, MaxLimit, DefaultLimit);
        var offset = query.Count("offset", 0, int.MaxValue, 0);
        var cursor = query.One("cursor");
        var before = 0L;
        if (cursor is not null && !long.TryParse(cursor, System.Globalization.NumberStyles.None, null, out before))
            query.Add("cursor", "must be the 'next' of the page before", cursor);
        if (query.Refusal() is { } refusal) return refusal;
        var page = recorder.Tasks.List(matches, limit, cursor is null ? null : before, offset);
        return TypedResults.Ok(new TaskListResponse([.. page.Tasks.Select(shape.Of)], page.Total, page.Next?.ToString()));
    }

    private static TaskState? State(QueryReader query)
    {
        if (query.One("status") is not { } word) return null;
        if (TaskStates.TryParse(word, out var state)) return state;
        query.Add("status", $"must be one of {string.Join(", ", TaskStates.All.Select(TaskStates.Word))}", word);
        return null;
    }
}
