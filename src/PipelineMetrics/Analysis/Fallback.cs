namespace PipelineMetrics.Analysis;

/// <summary>What the attempts that a prediction is made of have in common with the task, the most first.</summary>
public enum Fallback
{
    /// <summary>Everything that is said of the task.</summary>
    Exact,

    /// <summary>Everything but how hard it is.</summary>
    WithoutComplexity,

    /// <summary>Everything but who serves the model.</summary>
    WithoutProvider,

    /// <summary>The kind of work and the model.</summary>
    TaskTypeAndModel,

    /// <summary>The kind of work.</summary>
    TaskType,

    /// <summary>The model.</summary>
    Model,

    /// <summary>Nothing: they are all attempts there are.</summary>
    All,

    /// <summary>There are no attempts.</summary>
    None,
}

/// <summary>The steps from the attempts most like a task to all attempts.</summary>
internal static class FallbackLadder
{
    private static readonly (Fallback Level, int Values)[] Rungs =
    [
        (Fallback.Exact, TaskKind.TypeBit | TaskKind.ModelBit | TaskKind.ProviderBit | TaskKind.ComplexityBit),
        (Fallback.WithoutComplexity, TaskKind.TypeBit | TaskKind.ModelBit | TaskKind.ProviderBit),
        (Fallback.WithoutProvider, TaskKind.TypeBit | TaskKind.ModelBit | TaskKind.ComplexityBit),
        (Fallback.TaskTypeAndModel, TaskKind.TypeBit | TaskKind.ModelBit),
        (Fallback.TaskType, TaskKind.TypeBit),
        (Fallback.Model, TaskKind.ModelBit),
        (Fallback.All, 0),
    ];

    /// <summary>The levels of a task of which so much is said, each with the values that the attempts have to share.</summary>
    /// <remarks>What is not said falls out of every level; of levels that come to the same values, the last names them best.</remarks>
    public static IEnumerable<(Fallback Level, int Values)> For(int said) => Rungs
        .GroupBy(rung => rung.Values & said, (values, same) => (values == said ? Fallback.Exact : same.Last().Level, values));
}
