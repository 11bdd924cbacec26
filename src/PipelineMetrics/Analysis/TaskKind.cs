using PipelineMetrics.Aggregation;

namespace PipelineMetrics.Analysis;

/// <summary>What is known of a task before it is done. Values are compared ordinally.</summary>
/// <param name="TaskType">What kind of work it is; null when it is not said.</param>
/// <param name="Model">The model that is to do it; null when it is not said.</param>
/// <param name="Provider">Who serves the model; null when it is not said.</param>
/// <param name="Complexity">How hard it is; null when it is not said.</param>
public sealed record TaskKind(string? TaskType, string? Model, string? Provider = null, string? Complexity = null)
{
    internal const int TypeBit = 1;
    internal const int ModelBit = 2;
    internal const int ProviderBit = 4;
    internal const int ComplexityBit = 8;

    /// <summary>The values in the order of the bits.</summary>
    internal IReadOnlyList<(Dimension Dimension, string? Value)> Values =>
        [(Dimension.TaskType, TaskType), (Dimension.Model, Model), (Dimension.Provider, Provider), (Dimension.Complexity, Complexity)];

    /// <summary>Only the values of these bits.</summary>
    internal TaskKind Only(int values) => new(
        (values & TypeBit) == 0 ? null : TaskType, (values & ModelBit) == 0 ? null : Model,
        (values & ProviderBit) == 0 ? null : Provider, (values & ComplexityBit) == 0 ? null : Complexity);

    /// <summary>The bits of what is said.</summary>
    internal int Said =>
        (TaskType is null ? 0 : TypeBit) | (Model is null ? 0 : ModelBit) | (Provider is null ? 0 : ProviderBit) | (Complexity is null ? 0 : ComplexityBit);
}
