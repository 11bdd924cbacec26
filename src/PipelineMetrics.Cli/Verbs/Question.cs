using System.Globalization;
using System.Text;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>A path and its query, built part by part.</summary>
internal sealed class Question(string path)
{
    private readonly StringBuilder _query = new();

    /// <summary>Adds a parameter; null adds nothing.</summary>
    public Question With(string name, string? value)
    {
        if (value is not null) _query.Append(_query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return this;
    }

    /// <summary>Adds a number; null adds nothing.</summary>
    public Question With(string name, int? value) => With(name, value?.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a parameter once for each value.</summary>
    public Question With(string name, IEnumerable<string>? values)
    {
        foreach (var value in values ?? []) With(name, value);
        return this;
    }

    public override string ToString() => path + _query;
}
