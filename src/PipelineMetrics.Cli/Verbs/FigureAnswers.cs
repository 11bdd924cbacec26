using System.Text.Json;
using System.Text.Json.Serialization;
using PipelineMetrics.Cli.Screen;
using PipelineMetrics.Cli.Service;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>The answer to `metrics`; a part that was not asked for is null.</summary>
internal sealed record MetricsAnswer(
    SuccessRate? SuccessRate, ExecutionTime? ExecutionTime, AnswerWindow? Window, DateTimeOffset? TruncatedBefore, FigureDetail? Detail)
{
    /// <summary>The groups, under `by_` and the dimension.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement> More { get; init; } = [];
}

/// <summary>The answer to `timeseries`.</summary>
internal sealed record SeriesAnswer(string Step, IReadOnlyList<SeriesStep> Steps);

/// <summary>A step of it.</summary>
internal sealed record SeriesStep(DateTimeOffset From, bool Partial, decimal? ThroughputPerHour, SuccessRate SuccessRate, ExecutionTime ExecutionTime)
{
    /// <summary>The groups, under `by_` and the dimension.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement> More { get; init; } = [];

    /// <summary>Which part completed; null when nothing finished.</summary>
    [JsonIgnore]
    public decimal? Rate => SuccessRate.Total == 0 ? null : (decimal)SuccessRate.Completed / SuccessRate.Total;

    /// <summary>The median; null when nothing finished.</summary>
    [JsonIgnore]
    public decimal? P50 => SuccessRate.Total == 0 ? null : ExecutionTime.P50Seconds;

    /// <summary>Null when nothing finished.</summary>
    [JsonIgnore]
    public decimal? P95 => SuccessRate.Total == 0 ? null : ExecutionTime.P95Seconds;
}

/// <summary>From and to; null where there is no bound.</summary>
internal sealed record AnswerWindow(DateTimeOffset? From, DateTimeOffset? To);

/// <summary>One group.</summary>
internal sealed record FigureGroup(long Count, decimal? SuccessRate, decimal? AvgDuration, FigureDetail? Detail)
{
    private const string Prefix = "by_";

    /// <summary>The dimensions an answer is grouped by, each with its groups.</summary>
    public static IEnumerable<(string Dimension, IReadOnlyDictionary<string, FigureGroup> Groups)> In(Dictionary<string, JsonElement> more) => more
        .Where(part => part.Key.StartsWith(Prefix, StringComparison.Ordinal))
        .Select(part => (part.Key[Prefix.Length..], part.Value.Deserialize<IReadOnlyDictionary<string, FigureGroup>>(AnswerJson.Options)!));
}

/// <summary>What `detail=full` says of a group; null is unknown.</summary>
internal sealed record FigureDetail(
    long N,
    decimal? ThroughputPerHour,
    decimal? Rate,
    [property: JsonPropertyName("rate_interval_95")] RateInterval? RateInterval,
    DurationFigures DurationSeconds,
    SumFigures Retries,
    decimal? FirstPassYield,
    TokenFigures Tokens,
    CostFigures CostUsdMicros,
    WaitFigures QueueWaitSeconds);

/// <summary>The bounds of a rate.</summary>
internal sealed record RateInterval(decimal Low, decimal High)
{
    public string ToText() => $"{Figures.Percent(Math.Round(Low, 2))} to {Figures.Percent(Math.Round(High, 2))}";
}

/// <summary>Seconds.</summary>
internal sealed record DurationFigures(decimal? P50, decimal? P90, decimal? P95, decimal? P99, decimal? Max, decimal? Mean);

/// <summary>A sum over those that say the number.</summary>
internal sealed record SumFigures(long N, long? Total);

/// <summary>Tokens.</summary>
internal sealed record TokenFigures(SumFigures Input, SumFigures Output);

/// <summary>Millionths of a dollar.</summary>
internal sealed record CostFigures(SumFigures Sum, decimal? PerTask, decimal? PerCompletedTask);

/// <summary>Seconds.</summary>
internal sealed record WaitFigures(long N, decimal? Mean);
