using System.Text.Json;
using PipelineMetrics.Events;

namespace PipelineMetrics.Harnesses;

/// <summary>What the output and the export of OpenCode have in common.</summary>
internal static class OpenCodeUsage
{
    /// <summary>
    /// The four counts of a step or a message; null when there are none. Older versions count reasoning as part of the output; where the
    /// total is given it tells, else it is read as the current ones write it.
    /// </summary>
    public static TokenCounts? TokensOf(JsonElement tokens)
    {
        if (tokens.ValueKind != JsonValueKind.Object) return null;
        var (input, output, reasoning) = (tokens.Count("input") ?? 0, tokens.Count("output") ?? 0, tokens.Count("reasoning") ?? 0);
        var (read, written) = (tokens.At("cache").Count("read") ?? 0, tokens.At("cache").Count("write") ?? 0);
        var apart = TokenCounts.Add(output, reasoning);
        var withoutReasoning = TokenCounts.Add(TokenCounts.Add(input, output), TokenCounts.Add(read, written));
        var isWithin = tokens.Count("total") is { } total && total == withoutReasoning && reasoning <= output;
        return new TokenCounts(input, isWithin ? output : apart, read, written, reasoning);
    }

    /// <summary>What it cost; 0 means that OpenCode has no price, so null.</summary>
    public static long? CostOf(JsonElement from) => from.DollarsAsMicros("cost") is > 0 and var cost ? cost : null;

    /// <summary>How something ended that has this error.</summary>
    public static (Outcome Outcome, string Error) ErrorOf(JsonElement error)
    {
        var name = error.Text("name") ?? "error";
        var text = error.At("data").Message("message") ?? error.Message("message");
        return (name == "MessageAbortedError" ? Outcome.Cancelled : Outcome.Failure, text is null ? name : Told.Cut($"{name}: {text}")!);
    }
}
