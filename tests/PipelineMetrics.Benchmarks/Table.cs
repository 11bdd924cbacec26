using System.Globalization;
using System.Text;

namespace PipelineMetrics.Benchmarks;

/// <summary>The result: one line for each thing measured, the ratio first.</summary>
internal sealed class Table
{
    private readonly List<string> _lines = [];

    /// <summary>A ratio that should be at least so much.</summary>
    public void AtLeast(double wanted, int goal, string what, string ours, string comparedWith, Ratio ratio) =>
        Add(goal, what, ours, comparedWith, ratio, $">= {Short(wanted)}", ratio.Median >= wanted);

    /// <summary>A ratio that should be at most so much.</summary>
    public void AtMost(double wanted, int goal, string what, string ours, string comparedWith, Ratio ratio) =>
        Add(goal, what, ours, comparedWith, ratio, $"<= {Short(wanted)}", ratio.Median <= wanted);

    /// <summary>A figure with a bound of its own.</summary>
    public void Bound(int goal, string what, double ours, string unit, double atMost) =>
        Add(goal, what, $"{Short(ours)} {unit}", "", null, $"<= {Short(atMost)} {unit}", ours <= atMost);

    /// <summary>A figure without a goal.</summary>
    public void Figure(int goal, string what, string ours, string comparedWith = "", Ratio? ratio = null) => Add(goal, what, ours, comparedWith, ratio, "", null);

    /// <summary>Why something is missing.</summary>
    public void NotMeasured(int goal, string what, string reason) => _lines.Add($"| {goal} | {what} | | | not measured: {reason} | | |");

    /// <summary>A number as people read it: three digits that say something.</summary>
    public static string Short(double value) => value switch
    {
        >= 1000 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 0.1 => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.####", CultureInfo.InvariantCulture),
    };

    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine("| goal | measured | ratio (spread) | wanted | reached | ours | compared with |");
        text.AppendLine("|---|---|---|---|---|---|---|");
        foreach (var line in _lines) text.AppendLine(line);
        return text.ToString();
    }

    private void Add(int goal, string what, string ours, string comparedWith, Ratio? ratio, string wanted, bool? reached)
    {
        var shown = ratio is { } r ? $"**{Short(r.Median)}** ({Short(r.Least)} to {Short(r.Most)})" : "";
        var verdict = reached switch { true => "yes", false => "no", null => "" };
        _lines.Add($"| {goal} | {what} | {shown} | {wanted} | {verdict} | {ours} | {comparedWith} |");
        Console.Error.WriteLine(_lines[^1]);
    }
}
