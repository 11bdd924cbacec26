using System.Collections.Frozen;
using PipelineMetrics.Events;

namespace PipelineMetrics.Aggregation;

/// <summary>What completions can be filtered and grouped by.</summary>
public enum Dimension
{
    /// <summary>What kind of work it was.</summary>
    TaskType,

    /// <summary>The model.</summary>
    Model,

    /// <summary>Which prompt was used.</summary>
    PromptVariant,

    /// <summary>The agent program.</summary>
    Harness,

    /// <summary>Who serves the model.</summary>
    Provider,

    /// <summary>The chain of the task.</summary>
    ChainId,

    /// <summary>The change request behind it.</summary>
    RequestId,

    /// <summary>The process that ran it.</summary>
    Runner,

    /// <summary>The role of the agent.</summary>
    Role,

    /// <summary>The executor.</summary>
    Executor,

    /// <summary>The programming language.</summary>
    Language,

    /// <summary>How hard it was.</summary>
    Complexity,

    /// <summary>How large the repository is.</summary>
    RepoSizeCategory,

    /// <summary>Which skill was used.</summary>
    SkillVersion,

    /// <summary>How it ended.</summary>
    Outcome,

    /// <summary>Completed or failed.</summary>
    Status,

    /// <summary>How we know.</summary>
    Source,
}

/// <summary>The names of the dimensions in JSON, and their values in a completion.</summary>
public static class Dimensions
{
    private static readonly (Dimension Dimension, string Name, Func<Completion, string?> Value)[] Table =
    [
        (Dimension.TaskType, "task_type", c => c.TaskType),
        (Dimension.Model, "model", c => c.Model),
        (Dimension.PromptVariant, "prompt_variant", c => c.PromptVariant),
        (Dimension.Harness, "harness", c => c.Harness),
        (Dimension.Provider, "provider", c => c.Provider),
        (Dimension.ChainId, "chain_id", c => c.ChainId),
        (Dimension.RequestId, "request_id", c => c.RequestId),
        (Dimension.Runner, "runner", c => c.Runner),
        (Dimension.Role, "role", c => c.Role),
        (Dimension.Executor, "executor", c => c.Executor),
        (Dimension.Language, "language", c => c.Language),
        (Dimension.Complexity, "complexity", c => c.Complexity),
        (Dimension.RepoSizeCategory, "repo_size_category", c => c.RepoSizeCategory),
        (Dimension.SkillVersion, "skill_version", c => c.SkillVersion),
        (Dimension.Outcome, "outcome", c => Word(c.Outcome)),
        (Dimension.Status, "status", c => c.Status == CompletionStatus.Completed ? "completed" : "failed"),
        (Dimension.Source, "source", c => c.Source),
    ];

    private static readonly FrozenDictionary<string, Dimension> ByName = Table.ToFrozenDictionary(d => d.Name, d => d.Dimension, StringComparer.Ordinal);

    /// <summary>All dimensions.</summary>
    public static IReadOnlyList<Dimension> All { get; } = [.. Table.Select(d => d.Dimension)];

    /// <summary>The JSON name.</summary>
    public static string NameOf(Dimension dimension) => Table[(int)dimension].Name;

    /// <summary>The dimension with this JSON name.</summary>
    public static bool TryParse(string name, out Dimension dimension) => ByName.TryGetValue(name, out dimension);

    internal static string?[] ValuesOf(Completion completion) => Array.ConvertAll(Table, d => d.Value(completion));

    private static string Word(Outcome outcome) => outcome switch
    {
        Outcome.Success => "success",
        Outcome.Failure => "failure",
        Outcome.Partial => "partial",
        Outcome.Timeout => "timeout",
        _ => "cancelled",
    };
}
