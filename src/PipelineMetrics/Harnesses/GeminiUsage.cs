using System.Text.Json;

namespace PipelineMetrics.Harnesses;

/// <summary>What the output and the chats of Gemini CLI have in common.</summary>
internal static class GeminiUsage
{
    /// <summary>The four counts of a token object, whose input includes what was cached and whose output excludes reasoning.</summary>
    public static TokenCounts TokensOf(JsonElement tokens)
    {
        var prompt = tokens.Count("prompt") ?? tokens.Count("input") ?? 0;
        var cached = Math.Min(tokens.Count("cached") ?? 0, prompt);
        var (output, thoughts) = (tokens.Count("candidates") ?? tokens.Count("output") ?? 0, tokens.Count("thoughts") ?? 0);
        return new TokenCounts(TokenCounts.Add(prompt - cached, tokens.Count("tool") ?? 0), TokenCounts.Add(output, thoughts), cached, 0, thoughts);
    }
}
