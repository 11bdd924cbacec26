using System.Text.Json;

namespace PipelineMetrics.Harnesses;

/// <summary>What the output and the session files of Claude Code have in common.</summary>
internal static class ClaudeNames
{
    /// <summary>Stands for a model that was not named.</summary>
    public const string NoModel = "unknown";

    /// <summary>Who serves a model of this name: others write the names of these models in another way. Null when the name does not
    /// tell.</summary>
    public static string? ProviderOf(string? model) =>
        model is not null && model.StartsWith("claude-", StringComparison.Ordinal) && !model.Contains('@') ? "anthropic" : null;

    /// <summary>A provider in the words of the field.</summary>
    public static string ProviderNamed(string provider) => provider is "firstParty" or "first_party" ? "anthropic" : provider;

    /// <summary>The four counts of a usage object.</summary>
    public static TokenCounts UsageOf(JsonElement usage) => new(
        usage.Count("input_tokens") ?? 0, usage.Count("output_tokens") ?? 0, usage.Count("cache_read_input_tokens") ?? 0,
        usage.Count("cache_creation_input_tokens") ?? 0);
}
