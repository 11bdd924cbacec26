using PipelineMetrics.Harnesses;

namespace PipelineMetrics.Transcripts;

/// <summary>The rollouts of Codex, <c>rollout-&lt;time&gt;-&lt;id&gt;.jsonl</c>, one for each session.</summary>
internal sealed class CodexTranscripts(TranscriptTally tally) : TranscriptReader(tally)
{
    public override IEnumerable<Transcript> Read(string path) => Files(path, ".jsonl").Select(ReadFile).OfType<Transcript>();

    private Transcript? ReadFile(string file)
    {
        var rollout = new CodexRollout();
        using var lines = new TranscriptLines(file, Tally);
        Tally.Files++;
        while (lines.Next())
        {
            if (rollout.Read(lines.Current) is { } reason) lines.Skip(reason);
        }
        Tally.Lines += lines.Number;
        if (rollout.SessionId is { } session) return new Transcript(HarnessNames.Codex, "codex", session, rollout.Steps) { SaysEnds = true };
        Tally.Skip(file, 0, "has no session_meta with an id");
        return null;
    }
}
