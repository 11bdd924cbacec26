using System.Globalization;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Alerting;
using PipelineMetrics.Api.Hosting.Configuration;

namespace PipelineMetrics.Api.Webhooks;

/// <summary>Reads `alerts`: a list of `{name, metric, window, above or below, clear, min_n, every, task_type, model}`.</summary>
internal static class AlertRules
{
    private const int MostRules = 100;
    private const int MostN = 1_000_000;
    private static readonly TimeSpan ShortestWindow = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(90);
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Seldom = TimeSpan.FromDays(1);

    private static readonly string[] Members = ["name", "metric", "window", "above", "below", "clear", "min_n", "every", "task_type", "model"];

    /// <exception cref="ConfigurationException">A rule breaks a rule.</exception>
    public static IReadOnlyList<AlertRule> Read(IConfiguration configuration)
    {
        var entries = SettingListEntry.Read(configuration.GetSection("alerts"), Members);
        if (entries.Count > MostRules) throw new ConfigurationException("alerts", $"must not be more than {MostRules}", $"{entries.Count}");
        return [.. entries.Select(Rule)];
    }

    private static AlertRule Rule(SettingListEntry entry)
    {
        var metric = AlertMetric.Find(entry["metric"] ?? "")
            ?? throw entry.Wrong("metric", $"must be one of {string.Join(", ", AlertMetric.All.Select(known => known.Name))}", entry["metric"]);
        var (above, below) = (Number(entry, "above"), Number(entry, "below"));
        if ((above is null) == (below is null)) throw entry.Wrong("above", "or below must be given, and not both");
        var threshold = above ?? below!.Value;
        return new AlertRule(entry.Name, metric, Length(entry, "window", ShortestWindow, LongestWindow) ?? TimeSpan.FromHours(1))
        {
            FiresAbove = above is not null,
            Threshold = threshold,
            Clear = Clear(entry, threshold, above is not null),
            MinN = MinN(entry) ?? metric.DefaultMinN,
            Every = Length(entry, "every", Often, Seldom) ?? AlertRule.DefaultEvery,
            Filters = [.. Filter(entry, Dimension.TaskType), .. Filter(entry, Dimension.Model)],
        };
    }

    private static decimal Clear(SettingListEntry entry, decimal threshold, bool firesAbove)
    {
        var clear = Number(entry, "clear") ?? threshold;
        if (firesAbove ? clear > threshold : clear < threshold)
            throw entry.Wrong("clear", firesAbove ? "must not be more than above" : "must not be less than below", entry["clear"]);
        return clear;
    }

    private static decimal? Number(SettingListEntry entry, string member)
    {
        if (entry[member] is not { } text) return null;
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number <= 1_000_000_000
            ? number : throw entry.Wrong(member, "must be a number from 0 to 1000000000", text);
    }

    private static int? MinN(SettingListEntry entry) => entry.Value<int>("min_n") is { } given && given is < 0 or > MostN
        ? throw entry.Wrong("min_n", $"must be between 0 and {MostN}", entry["min_n"])
        : entry.Value<int>("min_n");

    private static TimeSpan? Length(SettingListEntry entry, string member, TimeSpan least, TimeSpan most) =>
        entry.Value<TimeSpan>(member) is { } given && (given < least || given > most)
            ? throw entry.Wrong(member, $"must be between {least} and {most}", entry[member])
            : entry.Value<TimeSpan>(member);

    private static IEnumerable<DimensionFilter> Filter(SettingListEntry entry, Dimension dimension) =>
        entry.List(Dimensions.NameOf(dimension)) is { Count: > 0 } values ? [new DimensionFilter(dimension, values)] : [];
}
