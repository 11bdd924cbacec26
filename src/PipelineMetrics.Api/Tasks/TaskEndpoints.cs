using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.Api.Hosting.OpenApi;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Contracts;
using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Tasks;

/// <summary>Registered tasks: what is to be done, who does it, and how it goes.</summary>
internal static class TaskEndpoints
{
    private const string Json = "application/json";

    public static void MapTasks(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Routes.Tasks).WithTags("Tasks");
        group.MapPost("", Register).WithName("RegisterTask").WithSummary("Register a task")
            .WithDescription("The same task again is answered with 200 and `duplicate: true`; another one under the same id with 409.")
            .WithMetadata(new TakesBody(typeof(TaskRequest), Json)).Produces<TaskResponse>(StatusCodes.Status201Created).Produces<TaskResponse>()
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status507InsufficientStorage);
        group.MapGet("", TaskQueries.List).WithName("ListTasks").WithSummary("Registered tasks, newest first, or one by `task_id`").Produces<TaskListResponse>();
        group.MapGet("/count", TaskQueries.Count).WithName("CountTasks").WithSummary("How many tasks stand in each status").Produces<TaskCountResponse>();
        group.MapGet("/attention", TaskQueries.Attention).WithName("ListTasksThatNeedAttention")
            .WithSummary("Tasks that wait for a decision or have failed").Produces<TaskListResponse>();
        group.MapGet("/{task_id}", TaskQueries.Show).WithName("ShowTask").WithSummary("One task with its history")
            .Produces<TaskResponse>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        group.MapPatch("/{task_id}", Change).WithName("ChangeTask").WithSummary("Claim a task, move it on, or end its attempt")
            .WithDescription("`completed` and `failed` record exactly one completion, however often they are repeated; they may carry any field of a completion.")
            .WithMetadata(new TakesBody(typeof(TaskChangeRequest), Json)).Produces<TaskResponse>()
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status507InsufficientStorage);
        group.MapDelete("/{task_id}", Cancel).WithName("CancelTask").WithSummary("Give a task up").Produces<TaskResponse>()
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status507InsufficientStorage);
    }

    private static async Task<IResult> Register(HttpContext http, Recorder recorder, TaskJson shape, LimitOptions limits)
    {
        if (MediaTypes.Refuse(http.Request, Json) is { } refusal) return refusal;
        var body = await WholeBody.ReadAsync(http.Request, limits.BodyBytes, http.RequestAborted);
        var rules = recorder.Arriving(Preferences.AreStrict(http.Request), limits.JsonDepth);
        if (!EventDraft.TryReadTask(body.Span, rules, out var draft, out var rejection)) return Refusals.Of(rejection!);
        draft.EntityId ??= $"task_{Guid.CreateVersion7():N}";
        var receipt = await recorder.RegisterTaskAsync(draft, body.Length);
        if (!receipt.IsKept) return Refusals.Of(receipt);
        var answer = shape.Of(receipt.Task!, receipt, draft.Warnings);
        return answer.Duplicate == true ? TypedResults.Ok(answer) : TypedResults.Created(TaskJson.AddressOf(receipt.Task!.Key), answer);
    }

    private static async Task<IResult> Change(string task_id, HttpContext http, Recorder recorder, TaskJson shape, LimitOptions limits)
    {
        if (MediaTypes.Refuse(http.Request, Json) is { } refusal) return refusal;
        if (TaskAddress.Find(recorder, http.Request, task_id, out var task) is { } notFound) return notFound;
        var body = await WholeBody.ReadAsync(http.Request, limits.BodyBytes, http.RequestAborted);
        var rules = recorder.Arriving(Preferences.AreStrict(http.Request), limits.JsonDepth);
        if (!CompletionDraft.TryReadChange(body.Span, rules, out var draft, out var rejection)) return Refusals.Of(rejection!);
        if (TaskChanges.Read(draft, task!.Key, out var change) is { } wrong) return wrong;
        return await Apply(recorder, shape, task.Key, change!, body.Length, draft.Warnings);
    }

    private static async Task<IResult> Cancel(string task_id, HttpContext http, Recorder recorder, TaskJson shape, string? reason)
    {
        if (TaskAddress.Find(recorder, http.Request, task_id, out var task) is { } notFound) return notFound;
        return await Apply(recorder, shape, task!.Key, new TaskChange(TaskState.Cancelled, null, reason, new CompletionDraft()), 0, []);
    }

    private static async Task<IResult> Apply(
        Recorder recorder, TaskJson shape, TaskKey task, TaskChange change, int bytes, IReadOnlyList<string> warnings)
    {
        var receipt = await recorder.ChangeTaskAsync(task, change, bytes);
        return receipt.IsKept ? TypedResults.Ok(shape.Of(receipt.Task!, receipt, warnings)) : Refusals.Of(receipt);
    }
}
