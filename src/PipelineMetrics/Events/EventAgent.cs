namespace PipelineMetrics.Events;

/// <summary>Who did what an event tells.</summary>
/// <param name="Model">The model.</param>
/// <param name="Role">The role it played.</param>
/// <param name="InputTokens">Input tokens without cache; null means unknown.</param>
/// <param name="OutputTokens">Output tokens; null means unknown.</param>
public sealed record EventAgent(string? Model, string? Role, long? InputTokens, long? OutputTokens)
{
    internal static EventAgent Nobody { get; } = new(null, null, null, null);
}
