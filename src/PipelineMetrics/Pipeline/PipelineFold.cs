using PipelineMetrics.Events;

namespace PipelineMetrics.Pipeline;

/// <summary>
/// What the facts of the log come to, as ADR-009 sees a pipeline. Facts may come in any order; the newest by its own time counts, of two
/// of one millisecond the one that comes later. For one thread.
/// </summary>
internal sealed class PipelineFold(PipelineScope scope)
{
    private readonly TaskStories _tasks = new();
    private readonly ChainStories _chains = new();
    private readonly RequestStories _requests = new();
    private readonly AgentTallies _agents = new();
    private long _facts;
    private long _lastPlace = -1;
    private long _firstMs = long.MaxValue;

    /// <summary>Counts a line of the log, whatever it says.</summary>
    /// <param name="ms">Its own time, Unix milliseconds.</param>
    /// <param name="place">Where it stands.</param>
    public void Count(long ms, long place)
    {
        if (!scope.Counts(ms)) return;
        _facts++;
        _lastPlace = place;
        _firstMs = Math.Min(_firstMs, ms);
    }

    /// <summary>A completion.</summary>
    /// <param name="attempt">What it says, or what the newest revision of it says.</param>
    /// <param name="place">Where the completion stands in the log, even when a revision speaks for it.</param>
    public void Apply(in EndedAttempt attempt, long place)
    {
        if (!scope.Knows(attempt.AtMs)) return;
        var isCounted = scope.Counts(attempt.AtMs);
        var key = _tasks.KeyOf(attempt.Task);
        ref var story = ref Named(key, attempt.Task, attempt.RequestId, attempt.AtMs, isCounted);
        var model = _agents.NumberOf(attempt.Model, isCounted);
        _tasks.End(key, ref story, attempt.AtMs);
        if (attempt.IsCompleted) story.Complete(attempt, model, place);
        if (isCounted) _agents.Add(model, attempt.InputTokens, attempt.OutputTokens);
    }

    /// <summary>A completion that was applied says something else now.</summary>
    /// <returns>False when that can only be told by folding everything again; nothing was changed then.</returns>
    public bool TryRevise(in EndedAttempt said, in EndedAttempt says, long place)
    {
        if (said.Task != says.Task || said.AtMs != says.AtMs || said.Model != says.Model) return false;
        if (said.IsCompleted != says.IsCompleted || said.RequestId != says.RequestId) return false;
        ref var story = ref _tasks.Of(_tasks.KeyOf(says.Task));
        if (story.Place == place) story.DurationMs = says.DurationMs;
        if (scope.Counts(says.AtMs))
            _agents.Add(_agents.NumberOf(says.Model, true), (Int128)says.InputTokens - said.InputTokens, (Int128)says.OutputTokens - said.OutputTokens);
        return true;
    }

    /// <summary>An event.</summary>
    public void Apply(PipelineEvent fact)
    {
        var ms = fact.Timestamp.ToUnixTimeMilliseconds();
        if (!scope.Knows(ms)) return;
        var isCounted = scope.Counts(ms);
        if (fact.Task is { } task) Apply(fact, task, ms, isCounted);
        else if (fact.EntityType == "chain") ApplyToChain(fact, ms, isCounted);
        else if (fact.EntityType == "request") ApplyToRequest(fact, ms, isCounted);
        if (isCounted && fact.Agent is { } agent && (agent.InputTokens ?? agent.OutputTokens) is not null)
            _agents.Add(_agents.NumberOf(agent.Model ?? Completion.Unknown, isCounted), agent.InputTokens ?? 0, agent.OutputTokens ?? 0);
    }

    /// <summary>The figures of everything that was applied.</summary>
    public PipelineFigures ToFigures()
    {
        var tally = new TaskTally();
        var agents = Enumerable.Range(0, _agents.Count).Select(_ => new TaskTally()).ToArray();
        var withoutStart = 0L;
        foreach (var (key, story) in _tasks.All)
        {
            if (!story.IsCounted) continue;
            tally.Total++;
            if (story.Chain >= 0 && !story.WasStarted) withoutStart++;
            if (story.CompletedMs == TaskStory.Never || !scope.Counts(story.CompletedMs)) continue;
            var cycle = _tasks.CycleMs(key, story);
            tally.Complete(story, cycle);
            agents[story.Model].Complete(story, cycle);
        }
        return new PipelineFigures(
            _facts, _lastPlace < 0 ? null : _lastPlace, _facts == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(_firstMs),
            tally.ToFigures(), _chains.ToTotals(withoutStart), _requests.ToFigures(scope),
            [.. _agents.Counted.Select(model => ToAgent(model, agents[model])).OrderBy(agent => agent.Model, StringComparer.Ordinal)]);
    }

    /// <summary>The chains: first those that wait longest, then those with nothing to do, by their ids.</summary>
    public IReadOnlyList<ChainFigures> ToChains()
    {
        var counted = _chains.Counted.ToList();
        var chains = counted.ToDictionary(chain => chain, _ => new ChainTally());
        foreach (var (key, story) in _tasks.All)
        {
            if (!story.IsCounted || story.Chain < 0) continue;
            var tally = chains[story.Chain];
            tally.Tasks.Total++;
            if (_tasks.IsOpen(key, out var taskId, out var sinceMs)) tally.Open(taskId, sinceMs);
            if (story.CompletedMs != TaskStory.Never && scope.Counts(story.CompletedMs)) tally.Tasks.Complete(story, _tasks.CycleMs(key, story));
        }
        return [.. counted.Select(chain => ToChain(chain, chains[chain])).OrderBy(chain => chain.OldestOpen?.Since ?? DateTimeOffset.MaxValue)];
    }

    private ChainFigures ToChain(int chain, ChainTally tally) => new(
        _chains[chain], _chains.IsCompleted(chain), tally.Tasks.ToFigures(), tally.OpenTasks,
        tally.OpenTasks == 0 ? null : new OpenTask(tally.Oldest, DateTimeOffset.FromUnixTimeMilliseconds(tally.OldestSinceMs)));

    private AgentFigures ToAgent(int model, TaskTally tally)
    {
        var figures = tally.ToFigures();
        var (input, output) = _agents.Tokens(model);
        return new AgentFigures(_agents[model], figures.Completed, figures.Reworked, figures.Cycle, input, output);
    }

    private ref TaskStory Named(UInt128 key, TaskKey task, string? requestId, long ms, bool isCounted)
    {
        if (requestId is not null) _requests.Name(requestId, ms, isCounted);
        var chain = task.ChainId is null ? -1 : _chains.Name(task.ChainId, isCounted);
        ref var story = ref _tasks.Of(key);
        story.Chain = chain;
        story.IsCounted |= isCounted;
        return ref story;
    }

    private void Apply(PipelineEvent fact, TaskKey task, long ms, bool isCounted)
    {
        if (fact.EventType == TaskEvents.Rework) _tasks.Of(_tasks.KeyOf(task with { TaskId = Reworked.TaskOf(fact) })).IsReworked = true;
        var key = _tasks.KeyOf(task);
        ref var story = ref Named(key, task, fact.RequestId, ms, isCounted);
        if (fact.EventType == TaskEvents.Started)
        {
            _tasks.Start(key, ref story, ms);
            if (isCounted && story.Chain >= 0) _chains.Start(story.Chain);
        }
        if (TaskEvents.Opens(fact.EventType)) _tasks.Open(key, story, task.TaskId, ms);
        else if (fact.EventType == TaskEvents.Cancelled) _tasks.End(key, ref story, ms);
    }

    private void ApplyToChain(PipelineEvent fact, long ms, bool isCounted)
    {
        var chain = _chains.Name(fact.EntityId, isCounted);
        if (fact.RequestId is { } request) _requests.Name(request, ms, isCounted);
        if (isCounted && fact.EventType == "chain:completed") _chains.Complete(chain);
    }

    private void ApplyToRequest(PipelineEvent fact, long ms, bool isCounted)
    {
        if (fact.EventType == "request:closed") _requests.Close(fact.EntityId, ms, isCounted);
        else _requests.Name(fact.EntityId, ms, isCounted);
        if (fact.EventType == "request:created") _requests.Create(fact.EntityId, ms);
    }
}
