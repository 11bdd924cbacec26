using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Tasks;

/// <summary>A task is addressed by its id, and by <c>chain_id</c> (empty for no chain) where the id occurs in several chains.</summary>
internal static class TaskAddress
{
    /// <summary>The task, or the problem of not finding exactly one, or of a query that says more than who it is.</summary>
    /// <param name="recorder">The engine.</param>
    /// <param name="request">Where the chain is said.</param>
    /// <param name="taskId">The id from the path or the query; null when neither has one.</param>
    /// <param name="task">The task, when null is returned.</param>
    /// <param name="others">Query parameters that the route takes besides.</param>
    public static IResult? Find(Recorder recorder, HttpRequest request, string? taskId, out TaskView? task, params string[] others)
    {
        task = null;
        var query = new QueryReader(request.Query);
        var chain = query.OneOrEmpty("chain_id");
        var isInPath = request.RouteValues.ContainsKey("task_id");
        if (!isInPath && query.One("task_id") is null) query.Add("task_id", "is required", null);
        foreach (var other in others) query.OneOrEmpty(other);
        if (query.Refusal() is { } refusal) return refusal;
        var id = isInPath && recorder.Tasks.FindByTaskId(taskId!).Count == 0 ? RoutedId.WithSlashes(taskId!) : taskId!;
        return chain is null ? FindAlone(recorder, id, out task) : FindIn(recorder, new TaskKey(chain.Length == 0 ? null : chain, id), out task);
    }

    private static IResult? FindIn(Recorder recorder, TaskKey key, out TaskView? task)
    {
        task = recorder.Tasks.Find(key);
        return task is null ? Unknown(key.ToString()) : null;
    }

    private static IResult? FindAlone(Recorder recorder, string taskId, out TaskView? task)
    {
        var found = recorder.Tasks.FindByTaskId(taskId);
        task = found.Count == 1 ? found[0] : null;
        if (found.Count > 1) return Ambiguous(taskId, found);
        return task is null ? Unknown(taskId) : null;
    }

    private static IResult Unknown(string task) => Problems.Result(StatusCodes.Status404NotFound, "unknown_task", $"No task '{task}' is registered.");

    private static IResult Ambiguous(string taskId, IReadOnlyList<TaskView> found) => Problems.Result(
        StatusCodes.Status409Conflict, "ambiguous_task", $"'{taskId}' occurs in {found.Count} chains; say which with ?chain_id= (empty for no chain).",
        members: new Dictionary<string, object?> { ["chains"] = found.Select(t => t.Key.ChainId ?? "").ToList() });
}
