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
    // In the order of the enumeration. The texts of how an attempt ended are not in its profile, so they are not read from here.
    private static readonly (Dimension Dimension, string Name)[] Table =
    [
        (Dimension.TaskType, "task_type"),
        (Dimension.Model, "model"),
        (Dimension.PromptVariant, "prompt_variant"),
        (Dimension.Harness, "harness"),
        (Dimension.Provider, "provider"),
        (Dimension.ChainId, "chain_id"),
        (Dimension.RequestId, "request_id"),
        (Dimension.Runner, "runner"),
        (Dimension.Role, "role"),
        (Dimension.Executor, "executor"),
        (Dimension.Language, "language"),
        (Dimension.Complexity, "complexity"),
        (Dimension.RepoSizeCategory, "repo_size_category"),
        (Dimension.SkillVersion, "skill_version"),
        (Dimension.Outcome, "outcome"),
        (Dimension.Status, "status"),
        (Dimension.Source, "source"),
    ];

    private static readonly int[] Fields = [.. Table.Select(d => CompletionFields.IndexOf(d.Name))];

    private static readonly FrozenDictionary<string, Dimension> ByName = Table.ToFrozenDictionary(d => d.Name, d => d.Dimension, StringComparer.Ordinal);

    /// <summary>All dimensions.</summary>
    public static IReadOnlyList<Dimension> All { get; } = [.. Table.Select(d => d.Dimension)];

    /// <summary>The JSON name.</summary>
    public static string NameOf(Dimension dimension) => Table[(int)dimension].Name;

    /// <summary>The dimension with this JSON name.</summary>
    public static bool TryParse(string name, out Dimension dimension) => ByName.TryGetValue(name, out dimension);

    /// <summary>The stretches of a line that hold the values of a profile: neighbours in the table of fields.</summary>
    internal static (int First, int Last)[] Stretches { get; } =
    [
        (CompletionFields.IndexOf("task_type"), CompletionFields.IndexOf("model")),
        (CompletionFields.IndexOf("chain_id"), CompletionFields.IndexOf("skill_version")),
        (CompletionFields.IndexOf("source"), CompletionFields.IndexOf("source")),
    ];

    /// <summary>The values of a line by dimension; those of how it ended are null.</summary>
    internal static string?[] ValuesOf(in CompletionLine line, Func<string?, string?> shared)
    {
        var values = new string?[Table.Length];
        for (var i = 0; i < values.Length; i++) values[i] = IsOfKind(Table[i].Dimension) ? null : shared(line.Text(Fields[i]));
        values[(int)Dimension.Source] ??= Completion.DefaultSource;
        return values;
    }

    /// <summary>Whether the dimension says how an attempt ended.</summary>
    internal static bool IsOfKind(Dimension dimension) => dimension is Dimension.Status or Dimension.Outcome;

    /// <summary>The value of a cell, which is a profile and how the attempt ended; null when it has none.</summary>
    internal static string? ValueOf(Dimension dimension, Profile profile, int kind) => dimension switch
    {
        Dimension.Status => Words.Status[Kind.StatusOf(kind)].Value,
        Dimension.Outcome => Words.Outcome[Kind.OutcomeOf(kind)].Value,
        _ => profile[dimension],
    };
}
