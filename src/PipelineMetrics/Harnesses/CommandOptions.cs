namespace PipelineMetrics.Harnesses;

/// <summary>Finds the value of an option in a command line.</summary>
internal static class CommandOptions
{
    /// <summary>The value of the last of the options that is given, as <c>--name value</c>, <c>--name=value</c> or <c>-nvalue</c>; null when
    /// none is. What follows <c>--</c> is no option.</summary>
    public static string? Find(IReadOnlyList<string> command, params ReadOnlySpan<string> names)
    {
        string? found = null;
        for (var i = 1; i < command.Count && command[i] != "--"; i++)
        {
            foreach (var name in names)
            {
                if (command[i] == name) found = i + 1 < command.Count ? command[i + 1] : found;
                else if (Attached(command[i], name) is { } value) found = value;
            }
        }
        return string.IsNullOrWhiteSpace(found) ? null : found;
    }

    private static string? Attached(string argument, string name)
    {
        if (!argument.StartsWith(name, StringComparison.Ordinal) || argument.Length == name.Length) return null;
        if (argument[name.Length] == '=') return argument[(name.Length + 1)..];
        return name.StartsWith("--", StringComparison.Ordinal) ? null : argument[name.Length..];
    }
}
