using PipelineMetrics.Api.Hosting.Errors;

namespace PipelineMetrics.Api.Hosting.Requests;

/// <summary>
/// Reads query parameters strictly: a name nobody knows, a single value given twice and a value that is none are errors, never
/// silently another question.
/// </summary>
internal sealed class QueryReader(IQueryCollection query)
{
    // More would only repeat the lesson, and a short question must not buy a long answer.
    private const int MostTold = 10;
    private const int MostShownChars = 100;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<FieldError> _errors = [];

    /// <summary>The problem of a query that says anything, for a route without parameters.</summary>
    public static IResult? RefuseAny(HttpRequest request) => new QueryReader(request.Query).Refusal();

    /// <summary>The one value of a parameter; null when it is absent.</summary>
    public string? One(string name)
    {
        var value = OneOrEmpty(name);
        if (value?.Length == 0) Add(name, "must not be empty", value);
        return value;
    }

    /// <summary>The one value of a parameter for which empty is an answer too; null when it is absent.</summary>
    public string? OneOrEmpty(string name)
    {
        _known.Add(name);
        var values = query[name];
        if (values.Count > 1) Add(name, "must be given once", string.Join(", ", values.AsEnumerable()));
        return values.Count == 0 ? null : values[0] ?? "";
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

    public void Add(string name, string rule, string? value)
    {
        if (_errors.Count < MostTold) _errors.Add(new FieldError(Shortened(name), rule, value is null ? null : Shortened(value)));
    }

    /// <summary>The problem of everything that is wrong, or null. Call it when every parameter has been asked for.</summary>
    public IResult? Refusal()
    {
        foreach (var name in query.Keys.Where(k => !_known.Contains(k)).Take(MostTold)) Add(name, $"is not a parameter here; {Hint(name)}", query[name].ToString());
        if (_errors.Count == 0) return null;
        return Problems.BadRequest($"The query cannot be read: {string.Join("; ", _errors.Select(e => $"'{e.Field}' {e.Rule}"))}.", _errors);
    }

    private string Hint(string name)
    {
        if (_known.Count == 0) return "it takes none";
        return NearestName.Of(name, _known) is { } nearest ? $"perhaps '{nearest}' was meant" : $"known are {string.Join(", ", _known)}";
    }

    private static string Shortened(string text)
    {
        if (text.Length <= MostShownChars) return text;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[MostShownChars - 1]) ? MostShownChars - 1 : MostShownChars), "…");
    }
}
