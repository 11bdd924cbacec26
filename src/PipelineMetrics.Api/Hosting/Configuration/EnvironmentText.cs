using System.Text.RegularExpressions;

namespace PipelineMetrics.Api.Hosting.Configuration;

/// <summary>
/// Replaces `${NAME}` and `${NAME:-default}` by environment variables; `$${NAME}` stands for itself. An empty variable takes the default.
/// </summary>
internal static partial class EnvironmentText
{
    /// <summary>False, and the name, when a variable without default is not set: the setting then counts as not given.</summary>
    public static bool TryExpand(string text, out string expanded, out string? missing)
    {
        string? unset = null;
        expanded = Variable().Replace(text, match => Expand(match, ref unset));
        missing = unset;
        return unset is null;
    }

    private static string Expand(Match match, ref string? unset)
    {
        if (match.Groups["escape"].Length > 0) return match.Value[1..];
        var name = match.Groups["name"].Value;
        if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value) return value;
        if (match.Groups["default"].Success) return match.Groups["default"].Value;
        unset ??= name;
        return "";
    }

    [GeneratedRegex(@"(?<escape>\$?)\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(:-(?<default>[^}]*))?\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();
}
