using System.CommandLine;
using PipelineMetrics.Cli.Screen;
using PipelineMetrics.Cli.Service;
using PipelineMetrics.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>`summary`: tasks, chains, requests and agents as ADR-009 counts them.</summary>
internal sealed class SummaryVerb : ReadVerb<PipelineResponse>
{
    private readonly PipelineOptions _options;

    public SummaryVerb(Shell shell) : base(shell, "summary", "Tasks, chains, requests and agents as ADR-009 counts them", canWatch: false) =>
        _options = new PipelineOptions(this);

    protected override Question Ask(ParseResult given) => _options.Ask(Routes.Pipeline, given);

    // ADR-009 wants its file renewed by this verb. That is done where nobody else would do it: in a directory that no service writes.
    protected override async Task<Answered> AskAsync(ServiceConnection service, ParseResult given, CancellationToken stop)
    {
        if (given.GetValue(CommonOptions.Log) is null || _options.IsPart(given)) return await base.AskAsync(service, given, stop);
        using var refresh = new HttpRequestMessage(HttpMethod.Post, Routes.PipelineRefresh.TrimStart('/'));
        using var answer = await service.SendAsync(refresh, stop);
        if (!answer.IsSuccessStatusCode) return await base.AskAsync(service, given, stop);
        var json = await answer.Content.ReadAsByteArrayAsync(stop);
        return new Answered(json, Show(AnswerJson.Read<PipelineResponse>(json, service), given), ExitCodes.Ok);
    }

    protected override IRenderable Show(PipelineResponse answer, ParseResult given)
    {
        var (tasks, chains, requests) = (answer.Tasks, answer.Chains, answer.Requests);
        var whole = new TextTable().Text("").Figure("").Text("");
        var rework = $"{Figures.Count(tasks.Reworked)} reworked ({Figures.Percent(tasks.ReworkRate)})";
        whole.Row("tasks", Figures.Count(tasks.Total), $"{Figures.Count(tasks.Completed)} completed, {rework}");
        whole.Row("cycle time", Time(tasks.AvgCycleTimeMs), $"on average; p50 {Time(tasks.P50CycleTimeMs)}, p90 {Time(tasks.P90CycleTimeMs)}");
        var each = $"{Figures.Number(chains.AvgTasksPerChain)} tasks each on average";
        whole.Row("chains", Figures.Count(chains.Total), $"{Figures.Count(chains.Completed)} completed, {each}");
        whole.Row("requests", Figures.Count(requests.Total), $"{Figures.Count(requests.Closed)} closed, {Time(requests.AvgCycleTimeMs)} each on average");
        whole.Row("events", Figures.Count(answer.EventCount), answer.LastEventId is { } last ? $"the last is {last}" : "");
        return answer.Agents.Count == 0 ? whole : new Rows(whole, Line.Empty, Agents(answer.Agents));
    }

    private static TextTable Agents(IReadOnlyDictionary<string, PipelineAgent> agents)
    {
        var table = new TextTable().Text("agent").Figure("completed").Figure("rework").Figure("cycle time")
            .Figure("tokens in", canBeMissed: true).Figure("tokens out", canBeMissed: true);
        foreach (var (model, agent) in agents)
        {
            table.Row(model, Figures.Count(agent.TasksCompleted), Figures.Percent(agent.ReworkRate), Time(agent.AvgCycleTimeMs),
                Figures.Short(agent.TotalTokens.Input), Figures.Short(agent.TotalTokens.Output));
        }
        return table;
    }

    private static string Time(long? ms) => Figures.Duration(ms / 1000m);
}
