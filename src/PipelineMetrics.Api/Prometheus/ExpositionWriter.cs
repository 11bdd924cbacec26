using System.Text;

namespace PipelineMetrics.Api.Prometheus;

/// <summary>
/// Writes families in the text format of Prometheus (0.0.4) or as OpenMetrics (1.0.0). They differ in what a family of counters is called,
/// in units, and in the end that OpenMetrics has; samples are the same in both, so that series stay what they are when the format changes.
/// </summary>
internal static class ExpositionWriter
{
    private static readonly string[] Units = ["seconds", "bytes", "usd"];

    public static string Write(IEnumerable<Family> families, bool isOpenMetrics)
    {
        var text = new StringBuilder();
        foreach (var family in families) Write(text, family, isOpenMetrics);
        if (isOpenMetrics) text.Append("# EOF\n");
        return text.ToString();
    }

    private static void Write(StringBuilder text, Family family, bool isOpenMetrics)
    {
        var name = isOpenMetrics ? family.Name : family.Name + family.Suffix;
        text.Append("# TYPE ").Append(name).Append(' ').Append(TypeOf(family, isOpenMetrics)).Append('\n');
        if (isOpenMetrics && Array.Find(Units, unit => name.EndsWith("_" + unit, StringComparison.Ordinal)) is { } unit)
            text.Append("# UNIT ").Append(name).Append(' ').Append(unit).Append('\n');
        text.Append("# HELP ").Append(name).Append(' ');
        AppendEscaped(text, family.Help, withQuotes: isOpenMetrics);
        text.Append('\n');
        foreach (var sample in family.Samples) Write(text, family, sample);
    }

    private static void Write(StringBuilder text, Family family, Sample sample)
    {
        text.Append(family.Name).Append(sample.Suffix);
        var separator = '{';
        for (var i = 0; i < family.Labels.Count; i++, separator = ',') AppendLabel(text.Append(separator), family.Labels[i], sample.Labels[i]);
        if (sample.UpperBound is { } bound)
        {
            AppendLabel(text.Append(separator), "le", bound);
            separator = ',';
        }
        if (separator == ',') text.Append('}');
        text.Append(' ').Append(sample.Value).Append('\n');
    }

    private static void AppendLabel(StringBuilder text, string name, string value)
    {
        text.Append(name).Append("=\"");
        AppendEscaped(text, value, withQuotes: true);
        text.Append('"');
    }

    private static void AppendEscaped(StringBuilder text, string value, bool withQuotes)
    {
        foreach (var c in value)
        {
            if (c == '\n') text.Append("\\n");
            else if (c == '\\' || (withQuotes && c == '"')) text.Append('\\').Append(c);
            else text.Append(c);
        }
    }

    // The text format knows no infos; there they are gauges.
    private static string TypeOf(Family family, bool isOpenMetrics) =>
        (family.Type == FamilyType.Info && !isOpenMetrics ? FamilyType.Gauge : family.Type).ToString().ToLowerInvariant();
}
