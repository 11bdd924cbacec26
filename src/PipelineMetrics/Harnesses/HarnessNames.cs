namespace PipelineMetrics.Harnesses;

/// <summary>The names of agent programs in the field <c>harness</c>.</summary>
public static class HarnessNames
{
    /// <summary>Claude Code, <c>claude</c>.</summary>
    public const string ClaudeCode = "claude_code";

    /// <summary>Codex CLI, <c>codex</c>.</summary>
    public const string Codex = "codex";

    /// <summary>OpenCode, <c>opencode</c>.</summary>
    public const string OpenCode = "opencode";

    /// <summary>Gemini CLI, <c>gemini</c>.</summary>
    public const string GeminiCli = "gemini_cli";

    /// <summary>Aider, <c>aider</c>.</summary>
    public const string Aider = "aider";

    private static readonly Dictionary<string, string> ByProgram = new(StringComparer.OrdinalIgnoreCase)
    {
        ["claude"] = ClaudeCode,
        ["codex"] = Codex,
        ["opencode"] = OpenCode,
        ["gemini"] = GeminiCli,
        ["aider"] = Aider,
    };

    /// <summary>The harness that a program is, by its name without folder and ending; null when it is none that is known.</summary>
    public static string? OfProgram(string program)
    {
        var name = program[(program.AsSpan().LastIndexOfAny('/', '\\') + 1)..];
        foreach (var ending in (string[])[".exe", ".cmd", ".bat", ".ps1"])
        {
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) name = name[..^ending.Length];
        }
        return ByProgram.GetValueOrDefault(name);
    }

    /// <summary>The name of the program that is a harness; null for one that is not known.</summary>
    public static string? ProgramOf(string harness)
    {
        foreach (var (program, name) in ByProgram)
        {
            if (name == harness) return program;
        }
        return null;
    }
}
