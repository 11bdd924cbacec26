namespace PipelineMetrics.Harnesses;

/// <summary>The totals that a program says from time to time: each goes on where the one before it stopped, unless counting began anew.</summary>
/// <param name="SessionId">What they are of; null when the program does not say.</param>
/// <param name="Models">The totals of each model.</param>
/// <param name="CostUsdMicros">The total cost; null when the program does not say.</param>
internal sealed record RunningTotal(string? SessionId, IReadOnlyList<ModelUsage> Models, long? CostUsdMicros)
{
    /// <summary>The result that said it; null when it has no id.</summary>
    public string? ResultId { get; init; }

    /// <summary>Whether nothing was counted.</summary>
    public bool IsNothing => Models.All(m => m.Tokens.IsNothing) && CostUsdMicros is null or 0;

    /// <summary>Whether every counter is at least the other's. A new count may look like it by chance; it then seems smaller than it is.</summary>
    public bool Continues(RunningTotal earlier) => SessionId == earlier.SessionId && (CostUsdMicros ?? 0) >= (earlier.CostUsdMicros ?? 0)
        && earlier.Models.All(before => Models.FirstOrDefault(m => m.Model == before.Model)?.Tokens.Continues(before.Tokens) ?? before.Tokens.IsNothing);

    /// <summary>What came on top of an earlier total that this one continues.</summary>
    public RunningTotal Since(RunningTotal earlier) => this with
    {
        Models = [.. Models.Select(m => earlier.Models.FirstOrDefault(e => e.Model == m.Model) is { } before
            ? new ModelUsage(m.Model, m.Tokens - before.Tokens, TokenCounts.Less(m.CostUsdMicros, before.CostUsdMicros))
            : m)],
        CostUsdMicros = TokenCounts.Less(CostUsdMicros, earlier.CostUsdMicros),
    };

    /// <summary>The tokens of all models.</summary>
    public TokenCounts Tokens => Models.Aggregate(default(TokenCounts), (sum, m) => sum + m.Tokens);

    /// <summary>The model with the most output; the first by name among equals. Null when there is none.</summary>
    public string? MainModel => MostOutput(Models);

    /// <inheritdoc cref="MainModel"/>
    public static string? MostOutput(IEnumerable<ModelUsage> models) =>
        models.OrderByDescending(m => m.Tokens.Output).ThenBy(m => m.Model, StringComparer.Ordinal).FirstOrDefault()?.Model;
}
