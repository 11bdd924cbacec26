using PipelineMetrics.Transcripts;
using static PipelineMetrics.Tests.Transcripts.TranscriptBench;

namespace PipelineMetrics.Tests.Transcripts;

/// <summary>What each program keeps, and the completions that come of it.</summary>
public sealed class SampleTests
{
    [Theory]
    [InlineData("claude_code", "claude")]
    [InlineData("codex", "codex")]
    [InlineData("opencode", "opencode")]
    [InlineData("gemini_cli", "gemini")]
    [InlineData("aider", "aider")]
    public void A_program_is_read_as_it_writes(string harness, string sample)
    {
        foreach (var unit in Enum.GetValues<TranscriptUnit>())
        {
            var import = Import(harness, unit);
            var told = string.Join('\n', import.Lines(SamplePath(sample)).Append(Summary(import.Report))) + "\n";
            var file = SamplePath($"{sample}-{unit}.expected".ToLowerInvariant());
            if (Environment.GetEnvironmentVariable("ACCEPT_SAMPLES") == "1") File.WriteAllText(file, told);
            told.ShouldBe(File.ReadAllText(file));
        }
    }

    private static string Summary(TranscriptReport r) =>
        $"files {r.Files} lines {r.Lines} sessions {r.Sessions} completions {r.Completions} revisions {r.Revisions} running {r.StillRunning} "
        + $"unanswered {r.WithoutAnswer} repeated {r.Repeated} skipped {r.Skipped}\n"
        + string.Join('\n', r.SkippedLines.Select(s => $"{Path.GetFileName(s.File)}:{s.Line} {s.Reason}").Concat(r.UnpricedModels.Select(m => $"unpriced {m.Model} {m.Completions}")));
}
