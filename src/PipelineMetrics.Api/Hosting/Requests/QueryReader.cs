using PipelineMetrics.Api.Hosting.Errors;

namespace PipelineMetrics.Api.Hosting.Requests;

/// <summary>
/// Reads query parameters strictly: a name nobody knows, a single value given twice and a value that is none are errors, never
/// silently another question.
/// </summary>
internal sealed class QueryReader(IQueryCollection query)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<FieldError> _errors = [];

    /// <summary>The one value of a parameter; null when it is absent.</summary>
    public string? One(string name)
    {
        var values = Many(name);
        if (values.Count > 1) Add(name, "must be given once", string.Join(", ", values));
        return values.Count == 0 ? null : values[0];
    }

    /// <summary>All values of a parameter that may be repeated.</summary>
    public IReadOnlyList<string> Many(string name)
    {
        _known.Add(name);
        var values = query[name].Select(v => v ?? "").ToList();
        if (values.Contains("")) Add(name, "must not be empty", "");
        return values;
    }

    /// <summary>A whole number in a range, or the default when absent.</summary>
    public int Count(string name, int min, int max, int otherwise)
    {
        if (One(name) is not { } text) return otherwise;
        if (int.TryParse(text, System.Globalization.NumberStyles.None, null, out var number) && number >= min && number <= max) return number;
        Add(name, $"must be a whole number from {min} to {max}", text);
        return otherwise;
    }

    public void Add(string name, string rule, string value) => _errors.Add(new FieldError(name, rule, value.Length > 100 ? value[..100] + "…" : value));

    /// <summary>The problem of everything that is wrong, or null. Call it when every parameter has been asked for.</summary>
    public IResult? Refusal()
    {
        foreach (var name in query.Keys.Where(k => !_known.Contains(k)))
        {
            var nearest = NearestName.Of(name, _known);
            var hint = nearest is null ? $"known are {string.Join(", ", _known)}" : $"did you mean '{nearest}'?";
            Add(name, $"is not a parameter here; {hint}", query[name].ToString());
        }
        if (_errors.Count == 0) return null;
        return Problems.BadRequest($"The query cannot be read: {string.Join("; ", _errors.Select(e => $"'{e.Field}' {e.Rule}"))}.", _errors);
    }
}
