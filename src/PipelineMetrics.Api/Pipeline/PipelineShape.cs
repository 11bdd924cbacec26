using PipelineMetrics.Contracts;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Pipeline;

/// <summary>The figures of the pipeline as they are answered.</summary>
internal static class PipelineShape
{
    public static Made<PipelineResponse> Of(PipelineFigures figures, DateTimeOffset computedAt, Recorder recorder) => new(
        new PipelineResponse(
            computedAt, figures.EventCount, figures.LastPlace is { } place ? recorder.IdAt(place) : null, Of(figures.Tasks),
            new PipelineChains(figures.Chains.Total, figures.Chains.Completed, figures.Chains.AvgTasksPerChain),
            new PipelineRequests(figures.Requests.Total, figures.Requests.Closed, figures.Requests.Cycle.Average),
            new OrderedDictionary<string, PipelineAgent>(figures.Agents.Select(agent => KeyValuePair.Create(agent.Model, Of(agent))), StringComparer.Ordinal)),
        figures.FirstAt);

    public static ChainRecord Of(ChainFigures chain, DateTimeOffset now) => new(
        chain.ChainId, chain.IsCompleted, Of(chain.Tasks), chain.Open,
        chain.OldestOpen is { } open ? new OpenTaskRecord(open.TaskId, open.Since, Math.Max(0, (long)(now - open.Since).TotalSeconds)) : null);

    private static PipelineTasks Of(TaskFigures tasks) => new(
        tasks.Total, tasks.Completed, tasks.Reworked, tasks.ReworkRate, tasks.Cycle.Average, tasks.Cycle.Percentile(50), tasks.Cycle.Percentile(90));

    private static PipelineAgent Of(AgentFigures agent) => new(
        agent.TasksCompleted, agent.ReworkRate, agent.Cycle.Average, new TokenTotals(agent.InputTokens, agent.OutputTokens));
}
