using PipelineMetrics.Api.Hosting;
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
    private const string NewTask = """{"task_id":"t-42","direction":"Write the parser","task_type":"impl"}""";
    private const string ChangeExample = """{"status":"running","runner":"runner-1"}""";
    private const string Shown =
        """{"task_id":"t-42","status":"pending","priority":0,"attempt":0,"retry_count":0,"created_at":"2026-01-31T10:00:00.000Z","updated_at":"2026-01-31T10:00:00.000Z"}""";

    private static readonly Answers OneTask = new(200, Shown);
    private static readonly Answers ManyTasks = new(200, $$"""{"tasks":[{{Shown}}],"total":1,"items":[{{Shown}}]}""");
    private static readonly TakesParameter Chain =
        new("chain_id", "The chain of the task; empty for a task without one. Needed where an id occurs in several chains.");

    private static readonly TakesParameter Limit = new("limit", "How many to list, 1 to 1000; default 100.");
    private static readonly TakesParameter Cursor = new("cursor", "The `next` of the page before.");
    private static readonly TakesParameter Offset = new("offset", "How many to pass over first; default 0.");

    public static void MapTasks(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Routes.Tasks).WithTags("Tasks");
        MapMany(group);
        group.MapRead("/{task_id}", TaskQueries.Show).WithName("ShowTask").WithSummary("One task with its history").WithMetadata(Chain, OneTask)
            .Produces<TaskResponse>().ProducesProblems(404, 409);
        MapChanges(group, "/{task_id}", "Task");
        // The same for ids with a slash, which a path cannot hold: ?task_id=
        MapChanges(group, "", "TaskByQuery");
    }

    private static void MapMany(RouteGroupBuilder group)
    {
        group.MapPost("", Register).WithName("RegisterTask").WithSummary("Register a task")
            .WithDescription("The same task again is answered with 200 and `duplicate: true`; another one under the same id with 409.")
            .WithMetadata(new TakesBody(typeof(TaskRequest), NewTask, Json), TakesParameter.Prefer, new Answers(201, Shown), OneTask)
            .Produces<TaskResponse>(StatusCodes.Status201Created).Produces<TaskResponse>()
            .ProducesProblems(409, 507);
        group.MapRead("", TaskQueries.List).WithName("ListTasks").WithSummary("Registered tasks, newest first")
            .Produces<TaskListResponse>().ProducesProblems(404, 409)
            .WithMetadata(
                new TakesParameter("status", "Only tasks in this status."), new TakesParameter("task_type", "Only tasks of this type."),
                new TakesParameter("chain_id", "Only tasks of this chain; empty for those without one."), Limit, Cursor, Offset,
                ManyTasks, new TakesParameter("task_id", "Instead of a list the one task with this id, as `/tasks/{task_id}` answers it; for ids that no path holds."));
        group.MapRead("/count", TaskQueries.Count).WithName("CountTasks").WithSummary("How many tasks stand in each status")
            .WithMetadata(new Answers(200, """{"total":1,"by_status":{"pending":1,"running":0}}""")).Produces<TaskCountResponse>();
        group.MapRead("/attention", TaskQueries.Attention).WithName("ListTasksThatNeedAttention")
            .WithSummary("Tasks that wait for a decision or have failed").WithMetadata(Limit, Cursor, Offset, ManyTasks).Produces<TaskListResponse>();
    }

    private static void MapChanges(RouteGroupBuilder group, string address, string name)
    {
        group.MapPatch(address, Change).WithName($"Change{name}").WithSummary("Claim a task, move it on, or end its attempt")
            .WithDescription(
                "`completed` and `failed` record exactly one completion, however often they are repeated; they may carry any field of a completion.")
            .WithMetadata(new TakesBody(typeof(TaskChangeRequest), ChangeExample, Json), TakesParameter.Prefer, Chain, OneTask).Produces<TaskResponse>()
            .ProducesProblems(404, 409, 507);
        group.MapDelete(address, Cancel).WithName($"Cancel{name}").WithSummary("Give a task up").WithMetadata(Chain, OneTask).Produces<TaskResponse>()
            .ProducesProblems(404, 409, 422, 507);
    }

    private static async Task<IResult> Register(HttpContext http, Recorder recorder, TaskJson shape, LimitOptions limits)
    {
        if (QueryReader.RefuseAny(http.Request) is { } unasked) return unasked;
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

    private static async Task<IResult> Change(string? task_id, HttpContext http, Recorder recorder, TaskJson shape, LimitOptions limits)
    {
        if (MediaTypes.Refuse(http.Request, Json) is { } refusal) return refusal;
        if (TaskAddress.Find(recorder, http.Request, task_id, out var task) is { } notFound) return notFound;
        var body = await WholeBody.ReadAsync(http.Request, limits.BodyBytes, http.RequestAborted);
        var rules = recorder.Arriving(Preferences.AreStrict(http.Request), limits.JsonDepth);
        if (!CompletionDraft.TryReadChange(body.Span, rules, out var draft, out var rejection)) return Refusals.Of(rejection!);
        if (TaskChanges.Read(draft, task!.Key, out var change) is { } wrong) return wrong;
        return await Apply(recorder, shape, task.Key, change!, body.Length, draft.Warnings);
    }

    private static async Task<IResult> Cancel(string? task_id, HttpContext http, Recorder recorder, TaskJson shape, string? reason)
    {
        if (TaskAddress.Find(recorder, http.Request, task_id, out var task, "reason") is { } notFound) return notFound;
        return await Apply(recorder, shape, task!.Key, new TaskChange(TaskState.Cancelled, null, reason, new CompletionDraft()), 0, []);
    }

    private static async Task<IResult> Apply(
        Recorder recorder, TaskJson shape, TaskKey task, TaskChange change, int bytes, IReadOnlyList<string> warnings)
    {
        var receipt = await recorder.ChangeTaskAsync(task, change, bytes);
        return receipt.IsKept ? TypedResults.Ok(shape.Of(receipt.Task!, receipt, warnings)) : Refusals.Of(receipt);
    }
}
