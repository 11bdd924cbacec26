using PipelineMetrics.Harnesses;

namespace PipelineMetrics.Transcripts;

/// <summary>Where agent programs keep their sessions.</summary>
public static class TranscriptPlaces
{
    /// <summary>The programs whose sessions can be read.</summary>
    public static IReadOnlyList<string> Harnesses { get; } =
        [HarnessNames.ClaudeCode, HarnessNames.Codex, HarnessNames.OpenCode, HarnessNames.GeminiCli, HarnessNames.Aider];

    /// <summary>The directories in which a program keeps its sessions unless it is told otherwise, those that exist.</summary>
    /// <param name="harness">One of <see cref="Harnesses"/>.</param>
    /// <param name="home">The home directory of the user.</param>
    /// <param name="environment">The value of an environment variable; null when it is not set.</param>
    /// <returns>Empty for OpenCode and Aider, whose files are where the user wrote them.</returns>
    public static IReadOnlyList<string> Of(string harness, string home, Func<string, string?> environment) => harness switch
    {
        HarnessNames.ClaudeCode => Existing(Listed(environment("CLAUDE_CONFIG_DIR")) is { Length: > 0 } given
            ? given.Select(d => Path.Combine(d, "projects"))
            : [Path.Combine(home, ".claude", "projects"), Path.Combine(home, ".config", "claude", "projects")]),
        HarnessNames.Codex => Existing(Codex(Listed(environment("CODEX_HOME")) is { Length: > 0 } given ? given[0] : Path.Combine(home, ".codex"))),
        HarnessNames.GeminiCli => Existing([Path.Combine(home, ".gemini", "tmp")]),
        _ => [],
    };

    private static string[] Listed(string? value) => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    // A session that is in both is taken from the first.
    private static string[] Codex(string root) => [Path.Combine(root, "sessions"), Path.Combine(root, "archived_sessions")];

    private static IReadOnlyList<string> Existing(IEnumerable<string> directories) => [.. directories.Where(Directory.Exists)];
}
