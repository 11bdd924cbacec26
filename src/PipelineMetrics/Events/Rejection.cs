using System.Text.Encodings.Web;

namespace PipelineMetrics.Events;

/// <summary>Whether what was sent could not be read at all, or was read and breaks a rule.</summary>
public enum RejectionKind
{
    /// <summary>Not JSON, the wrong JSON type, or text that is no instant: the sender's code is wrong.</summary>
    Unreadable,

    /// <summary>Readable, but a value is outside its range or contradicts another: the sender's data is wrong.</summary>
    Invalid,
}

/// <summary>One broken rule.</summary>
/// <param name="Field">The JSON name of the field; empty when the whole body is meant.</param>
/// <param name="Rule">What would have been right, in words.</param>
/// <param name="Value">What was sent, shortened; null when nothing was.</param>
public sealed record FieldProblem(string Field, string Rule, string? Value)
{
    private const int ShownValueChars = 100;

    /// <summary>The problem as one sentence for people.</summary>
    public override string ToString()
    {
        var subject = Field.Length == 0 ? "the body" : $"'{Field}'";
        return Value is null ? $"{subject} {Rule}" : $"{subject} {Rule}, got {Value}";
    }

    /// <summary>JSON as it was written, cut.</summary>
    internal static string Shorten(string value)
    {
        if (value.Length <= ShownValueChars) return value;
        var length = char.IsHighSurrogate(value[ShownValueChars - 1]) ? ShownValueChars - 1 : ShownValueChars;
        return string.Concat(value.AsSpan(0, length), "…");
    }

    /// <summary>Text whose characters the sender chose, cut and escaped as in JSON: it ends up in one line of a log or of an
    /// answer.</summary>
    internal static string OneLine(string value) => JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(Shorten(value));
}

/// <summary>Why a fact was not accepted. Nothing of it was kept.</summary>
/// <param name="Kind">Unreadable, or readable and invalid.</param>
/// <param name="Code">A stable word for programs, such as <c>invalid_json</c> or <c>invalid_completion</c>.</param>
/// <param name="Problems">Every rule that is broken, at least one.</param>
public sealed record Rejection(RejectionKind Kind, string Code, IReadOnlyList<FieldProblem> Problems)
{
    /// <summary>All problems as one line for people.</summary>
    public string Reason => string.Join("; ", Problems);

    internal static Rejection Unreadable(string code, string field, string rule, string? value = null) =>
        new(RejectionKind.Unreadable, code, [new FieldProblem(field, rule, value)]);

    internal static Rejection Invalid(string code, params IReadOnlyList<FieldProblem> problems) =>
        new(RejectionKind.Invalid, code, problems);
}
