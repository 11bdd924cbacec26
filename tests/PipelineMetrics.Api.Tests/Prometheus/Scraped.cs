using System.Globalization;
using System.Text.RegularExpressions;

namespace PipelineMetrics.Api.Tests.Prometheus;

/// <summary>An answer of the scrape route, read the simple way.</summary>
internal sealed partial class Scraped
{
    public const string Path = "/metrics";

    private Scraped(string text)
    {
        Text = text;
        foreach (var line in text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            var match = Line().Match(line);
            match.Success.ShouldBeTrue(line);
            Values.TryAdd(line[..line.LastIndexOf(' ')], decimal.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture)).ShouldBeTrue($"{line} is there twice");
            var labels = Label().Matches(match.Groups["labels"].Value).Select(label => label.Groups["name"].Value);
            Labels.TryAdd(match.Groups["name"].Value, []);
            Labels[match.Groups["name"].Value].UnionWith(labels);
        }
    }

    public string Text { get; }

    /// <summary>The number of each series.</summary>
    public Dictionary<string, decimal> Values { get; } = [];

    /// <summary>The labels of each name.</summary>
    public Dictionary<string, HashSet<string>> Labels { get; } = [];

    public decimal this[string series] => Values.TryGetValue(series, out var value) ? value : throw new KeyNotFoundException($"{series} is not in:\n{Text}");

    /// <summary>What goes on after a restart.</summary>
    public IEnumerable<string> Lasting => Values.Where(v => v.Key.StartsWith("agent_task", StringComparison.Ordinal) && !v.Key.StartsWith("agent_tasks_o", StringComparison.Ordinal))
        .Select(v => $"{v.Key} {v.Value}");

    public static async Task<Scraped> OfAsync(HttpClient client, params (string Name, string Value)[] headers)
    {
        var answer = await client.Get(Path, headers);
        answer.Status.ShouldBe(System.Net.HttpStatusCode.OK, answer.Body);
        return new Scraped(answer.Body);
    }

    [GeneratedRegex("""^(?<name>[a-z_]+)(\{(?<labels>([a-z]+="([^"\\]|\\.)*",?)*)\})? (?<value>[0-9.]+)$""")]
    private static partial Regex Line();

    [GeneratedRegex("""(?<name>[a-z]+)="([^"\\]|\\.)*",?""")]
    private static partial Regex Label();
}
