using System.Globalization;
using System.Text.Json;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Tests.Pipeline;

/// <summary>
/// The figures of the pipeline as somebody would count them who has the lines on paper: everything is looked up again for every figure.
/// </summary>
internal sealed class NaivePipeline(IEnumerable<string> lines, long firstMs = long.MinValue, long lastMs = long.MaxValue)
{
    private static readonly string[] Openers = ["task:created", "task:started", "task:needs_decision", "task:released", "task:rework", "task:submitted", "task:changes_requested"];
    private readonly List<Fact> _facts = Known([.. lines.Select(Read).Where(fact => fact.Ms <= lastMs)]);

    /// <summary>The figures of the engine in the words of <see cref="ToString"/>.</summary>
    public static string Describe(PipelineFigures figures, IEnumerable<ChainFigures> chains) => string.Join('\n',
    [
        $"facts {figures.EventCount} from {figures.FirstAt?.ToUnixTimeMilliseconds()}",
        $"tasks {Describe(figures.Tasks)}",
        $"chains {figures.Chains.Total} {figures.Chains.Completed} {figures.Chains.TaskStarts}",
        $"requests {figures.Requests.Total} {figures.Requests.Closed} {figures.Requests.Cycle.Average}",
        .. figures.Agents.Select(a => $"agent {a.Model} {a.TasksCompleted} {a.Reworked} {a.Cycle.Average} {a.InputTokens} {a.OutputTokens}"),
        .. chains.Select(c => $"chain {c.ChainId} {c.IsCompleted} {Describe(c.Tasks)} open {c.Open} {c.OldestOpen?.TaskId} {c.OldestOpen?.Since.ToUnixTimeMilliseconds()}"),
    ]);

    public override string ToString()
    {
        var current = Current();
        var counted = current.Where(IsCounted).ToList();
        var tasks = counted.Where(f => f.TaskId is not null).Select(f => (f.ChainId, f.TaskId)).Distinct().ToList();
        var chains = counted.Select(f => f.Chain).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
        var models = counted.Where(f => f.IsEnd || f.HasTokens).Select(f => f.Model).Distinct().Order(StringComparer.Ordinal);
        return string.Join('\n',
        [
            $"facts {_facts.Count(IsCounted)} from {_facts.Where(IsCounted).Select(f => (long?)f.Ms).Min()}",
            $"tasks {Describe(tasks)}",
            $"chains {chains.Count} {chains.Count(IsCompleted)} {counted.Count(f => f.Type == "task:started" && f.ChainId is not null) + tasks.Count(t => t.ChainId is not null && !Starts(t).Any())}",
            $"requests {Requests(counted)}",
            .. models.Select(m => $"agent {Agent(m, tasks, counted)}"),
            .. chains.Select(c => (Chain: c, Open: tasks.Where(t => t.ChainId == c && OpenSince(t) is not null).ToList()))
                .OrderBy(c => c.Open.Select(OpenSince).Min() ?? long.MaxValue)
                .Select(c => $"chain {c.Chain} {IsCompleted(c.Chain)} {Describe(tasks.Where(t => t.ChainId == c.Chain))} open {c.Open.Count} {Oldest(c.Open)}"),
        ]);
    }

    private static string Describe(TaskFigures tasks) =>
        $"{tasks.Total} {tasks.Completed} {tasks.Reworked} {tasks.Cycle.Average} {tasks.Cycle.Percentile(50)} {tasks.Cycle.Percentile(90)}";

    private string Describe(IEnumerable<(string?, string?)> tasks)
    {
        var all = tasks.ToList();
        var completed = all.Where(t => Completed(t) is not null).ToList();
        var cycles = completed.Select(Cycle).OfType<long>().Order().ToList();
        return $"{all.Count} {completed.Count} {completed.Count(IsReworked)} {Average(cycles)} {Rank(cycles, 50)} {Rank(cycles, 90)}";
    }

    private string Agent(string model, List<(string?, string?)> tasks, List<Fact> counted)
    {
        var completed = tasks.Where(t => Completed(t)?.Model == model).ToList();
        var facts = counted.Where(f => f.Model == model).ToList();
        return $"{model} {completed.Count} {completed.Count(IsReworked)} {Average([.. completed.Select(Cycle).OfType<long>()])} {facts.Sum(f => f.Input)} {facts.Sum(f => f.Output)}";
    }

    private string Requests(List<Fact> counted)
    {
        var requests = counted.Select(f => f.Request).OfType<string>().Distinct().ToList();
        var closed = requests.Select(r => (Request: r, At: Known(f => f.Type == "request:closed" && f.EntityId == r).Select(f => (long?)f.Ms).Max()))
            .Where(r => r.At is { } at && at >= firstMs).ToList();
        var cycles = closed.Select(r => (Closed: r.At!.Value, Began: Began(r.Request))).Where(r => r.Began <= r.Closed).Select(r => r.Closed - r.Began!.Value);
        return $"{requests.Count} {closed.Count} {Average([.. cycles])}";
    }

    private long? Began(string request) =>
        Known(f => f.Type == "request:created" && f.EntityId == request).Select(f => (long?)f.Ms).Min()
        ?? Known(f => f.Request == request && f.Type != "request:closed").Select(f => (long?)f.Ms).Min();

    private bool IsCompleted(string chain) => Known(f => f.Type == "chain:completed" && f.EntityId == chain).Any(IsCounted);

    private bool IsReworked((string? Chain, string? Task) task) => Known(f => f.Type == "task:rework" && f.ChainId == task.Chain).Any(f => f.Reworks == task.Task);

    private IEnumerable<long> Starts((string?, string?) task) => Of(task).Where(f => f.Type == "task:started").Select(f => f.Ms);

    private Fact? Completed((string?, string?) task) =>
        Of(task).Where(f => f.IsCompleted).OrderBy(f => f.Ms).LastOrDefault() is { } last && IsCounted(last) ? last : null;

    private long? Cycle((string?, string?) task)
    {
        var completed = Completed(task)!;
        var starts = Starts(task).Where(ms => ms <= completed.Ms).ToList();
        return starts.Count > 0 ? completed.Ms - starts.Max() : completed.DurationMs;
    }

    private long? OpenSince((string?, string?) task)
    {
        var ended = Of(task).Where(f => f.IsEnd || f.Type == "task:cancelled").Select(f => f.Ms).DefaultIfEmpty(long.MinValue).Max();
        return Of(task).Where(f => Openers.Contains(f.Type) && f.Ms > ended).Select(f => (long?)f.Ms).Min();
    }

    private string Oldest(List<(string? ChainId, string? TaskId)> open) =>
        open.Count == 0 ? " " : open.OrderBy(OpenSince).ThenBy(t => t.TaskId, StringComparer.Ordinal).Select(t => $"{t.TaskId} {OpenSince(t)}").First();

    private IEnumerable<Fact> Of((string? Chain, string? Task) task) => Known(f => f.TaskId == task.Task && f.ChainId == task.Chain && f.TaskId is not null);

    private IEnumerable<Fact> Known(Func<Fact, bool> matches) => Current().Where(matches);

    // Who does not know a completion cannot know what corrects it.
    private static List<Fact> Known(List<Fact> facts)
    {
        var ids = facts.Select(f => f.Id).ToHashSet();
        return [.. facts.Where(f => f.Revises is null || ids.Contains(f.Revises))];
    }

    // A revision speaks for what it revises; the highest counts.
    private List<Fact> Current()
    {
        var revisions = _facts.Where(f => f.Revises is not null).GroupBy(f => f.Revises!).ToDictionary(g => g.Key, g => g.MaxBy(f => f.Revision)!);
        return [.. _facts.Where(f => f.Revises is null).Select(f => f.Id is { } id && revisions.TryGetValue(id, out var revised) ? revised : f)];
    }

    private bool IsCounted(Fact fact) => fact.Ms >= firstMs;

    private static long? Average(List<long> values) => values.Count == 0 ? null : (long)Math.Round((decimal)values.Sum() / values.Count, MidpointRounding.AwayFromZero);

    private static long? Rank(List<long> ordered, int percent) => ordered.Count == 0 ? null : ordered[(int)Math.Ceiling(ordered.Count * percent / 100m) - 1];

    private static Fact Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        var line = document.RootElement;
        string? Text(string name) => line.TryGetProperty(name, out var value) ? value.GetString() : null;
        long Count(string name) => line.TryGetProperty(name, out var value) ? value.GetInt64() : 0;
        var isEnd = line.TryGetProperty("task_id", out _);
        var type = isEnd ? $"task:{Text("status")}" : Text("event_type")!;
        var at = DateTimeOffset.Parse((isEnd ? Text("created_at") : Text("timestamp"))!, CultureInfo.InvariantCulture);
        var hasAgent = line.TryGetProperty("agent", out var agent);
        return new Fact(
            type, isEnd ? Text("task_id")! : Text("entity_id")!, Text("chain_id"), Text("request_id"), at.ToUnixTimeMilliseconds(),
            isEnd ? Text("model") ?? "unknown" : hasAgent ? agent.GetProperty("model").GetString()! : "unknown",
            Text("id"), Text("revises"), Count("revision"))
        {
            IsEnd = isEnd,
            IsCancelled = Text("outcome") == "cancelled",
            DurationMs = line.TryGetProperty("duration_seconds", out var seconds) ? (long)(seconds.GetDecimal() * 1000) : null,
            Input = isEnd ? Count("actual_input_tokens") : hasAgent ? agent.GetProperty("tokens").GetProperty("input").GetInt64() : 0,
            Output = isEnd ? Count("actual_output_tokens") : 0,
            Metadata = line.TryGetProperty("metadata", out var metadata) ? metadata.GetRawText() : null,
        };
    }

    private sealed record Fact(
        string Type, string EntityId, string? ChainId, string? RequestId, long Ms, string Model, string? Id, string? Revises, long Revision)
    {
        public bool IsEnd { get; init; }

        public bool IsCancelled { get; init; }

        public long? DurationMs { get; init; }

        public long Input { get; init; }

        public long Output { get; init; }

        public string? Metadata { get; init; }

        public bool HasTokens => Input > 0;

        public bool IsCompleted => Type == "task:completed" && !IsCancelled;

        public string? TaskId => Type.StartsWith("task:", StringComparison.Ordinal) ? EntityId : null;

        public string? Chain => Type.StartsWith("chain:", StringComparison.Ordinal) ? EntityId : ChainId;

        public string? Request => Type.StartsWith("request:", StringComparison.Ordinal) ? EntityId : RequestId;

        public string Reworks => Metadata is not null ? JsonDocument.Parse(Metadata).RootElement.GetProperty("originalTaskId").GetString()!
            : EntityId.EndsWith("-rework", StringComparison.Ordinal) ? EntityId[..^"-rework".Length] : EntityId;
    }
}
