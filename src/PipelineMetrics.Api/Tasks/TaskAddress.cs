using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Tasks;

/// <summary>A task is addressed by its id, and by <c>chain_id</c> (empty for no chain) where the id occurs in several chains.</summary>
internal static class TaskAddress
{
    /// <summary>The task, or the problem of not finding exactly one.</summary>
    public static IResult? Find(Recorder recorder, HttpRequest request, string taskId, out TaskView? task)
    {
        task = null;
        if (request.Query.TryGetValue("chain_id", out var chain))
        {
            var key = new TaskKey(string.IsNullOrEmpty(chain) ? null : chain.ToString(), taskId);
            task = recorder.Tasks.Find(key);
            return task is null ? Unknown(key.ToString()) : null;
        }
        var found = recorder.Tasks.FindByTaskId(taskId);
        if (found.Count > 1) return Ambiguous(taskId, found);
        task = found.Count == 1 ? found[0] : null;
        return task is null ? Unknown(taskId) : null;
    }

    private static IResult Unknown(string task) => Problems.Result(StatusCodes.Status404NotFound, "unknown_task", $"No task '{task}' is registered.");

    private static IResult Ambiguous(string taskId, IReadOnlyList<TaskView> found) => Problems.Result(
        StatusCodes.Status409Conflict, "ambiguous_task", $"'{taskId}' occurs in {found.Count} chains; say which with ?chain_id= (empty for no chain).",
        members: new Dictionary<string, object?> { ["chains"] = found.Select(t => t.Key.ChainId ?? "").ToList() });
}
