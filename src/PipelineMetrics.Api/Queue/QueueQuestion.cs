using PipelineMetrics.Api.Hosting.OpenApi;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Api.Queue;

/// <summary>Which part of the queue is asked for.</summary>
internal sealed record QueueQuestion(string? TaskType, string? ChainId, string? Runner, int Limit, QueueCursor? Cursor)
{
    private const int MaxLimit = 1000;
    private const int DefaultLimit = 100;

    /// <summary>The parameters, for the reference.</summary>
    public static IEnumerable<object> Described =>
    [
        new TakesParameter("task_type", "Only tasks of this type."),
        new TakesParameter("chain_id", "Only tasks of this chain; empty for those without one."),
        new TakesParameter("runner", "Only tasks that this runner has claimed, and failed ones that it ran last."),
        new TakesParameter("limit", $"How many to list, 1 to {MaxLimit}; default {DefaultLimit}."),
        new TakesParameter("cursor", "The `next` of the page before."),
    ];

    /// <summary>Reads the question. What is wrong goes to the reader, whose problem then is the answer.</summary>
    public static QueueQuestion Read(QueryReader query)
    {
        var (type, chain, runner) = (query.One("task_type"), query.OneOrEmpty("chain_id"), query.One("runner"));
        var limit = query.Count("limit", 1, MaxLimit, DefaultLimit);
        QueueCursor? cursor = null;
        if (query.One("cursor") is { } text && !QueueCursor.TryParse(text, out cursor)) query.Add("cursor", "must be the 'next' of the page before", text);
        return new QueueQuestion(type, chain, runner, limit, cursor);
    }

    /// <summary>Whether a task is asked for.</summary>
    public bool Wants(TaskView task) =>
        (TaskType is null || task.TaskType == TaskType)
        && (ChainId is null || (task.Key.ChainId ?? "") == ChainId)
        && (Runner is null || task.Runner == Runner);
}
