using PipelineMetrics.Harnesses;

namespace PipelineMetrics.Transcripts;

/// <summary>
/// The session files of Claude Code: <c>&lt;session&gt;.jsonl</c>, and of agents below it <c>&lt;session&gt;/subagents/agent-*.jsonl</c> or, from
/// older versions, <c>agent-*.jsonl</c> beside it. They fold into their session.
/// </summary>
internal sealed class ClaudeTranscripts(TranscriptTally tally) : TranscriptReader(tally)
{
    private const string Ending = ".jsonl";

    public override IEnumerable<Transcript> Read(string path)
    {
        if (Directory.Exists(path)) return ReadDirectory(path);
        return [.. Files(path, Ending).Select(file => ReadSession(new Session(SessionOf(file), [file, .. Inner(Path.ChangeExtension(file, null))]), []))];
    }

    // A session that was continued in a new file has the lines of the old one again. Both are in the same directory, and the old one ended first.
    private IEnumerable<Transcript> ReadDirectory(string directory)
    {
        var (files, directories) = Listed(directory);
        var known = new HashSet<string>(StringComparer.Ordinal);
        var sessions = files.Where(IsTranscript).GroupBy(SessionOf, StringComparer.Ordinal)
            .Select(g => new Session(g.Key, [.. g.Concat(Inner(Path.Combine(directory, g.Key)))]))
            .OrderBy(s => LastTime.Of(s.Files[0])).ThenBy(s => s.Id, StringComparer.Ordinal).ToList();
        foreach (var session in sessions) yield return ReadSession(session, known);
        var taken = sessions.Select(s => s.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var transcript in directories.Where(d => !taken.Contains(Path.GetFileName(d))).SelectMany(ReadDirectory)) yield return transcript;
    }

    private Transcript ReadSession(Session session, HashSet<string> known)
    {
        var lines = new ClaudeLines(Tally, known);
        foreach (var file in session.Files) lines.Read(file, isBelow: IsOfAgent(file));
        known.UnionWith(lines.Own);
        return new Transcript(HarnessNames.ClaudeCode, "claude", session.Id, lines.Steps);
    }

    private IEnumerable<string> Inner(string directory) => Directory.Exists(directory) ? Files(directory, Ending) : [];

    private static bool IsTranscript(string file) => file.EndsWith(Ending, StringComparison.OrdinalIgnoreCase);

    private static bool IsOfAgent(string file) => Path.GetFileName(file).StartsWith("agent-", StringComparison.Ordinal);

    // The file of an agent beside its session says whose it is.
    private string SessionOf(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        if (!IsOfAgent(file)) return name;
        using var lines = new TranscriptLines(file, new TranscriptTally());
        while (lines.Next())
        {
            if (lines.Current.Text("sessionId") is { } session) return session;
        }
        return name;
    }

    private sealed record Session(string Id, IReadOnlyList<string> Files);
}
