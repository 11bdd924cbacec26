using System.Text;
using PipelineMetrics.Events;
using PipelineMetrics.Harnesses;
using PipelineMetrics.Transcripts;
using static PipelineMetrics.Tests.Transcripts.TranscriptBench;

namespace PipelineMetrics.Tests.Transcripts;

/// <summary>Whatever stands in the files of others, reading them goes on, and says what it could not read.</summary>
public sealed class TranscriptReadingTests : IDisposable
{
    private static readonly (string Harness, string Sample)[] All =
        [("claude_code", "claude"), ("codex", "codex"), ("opencode", "opencode"), ("gemini_cli", "gemini"), ("aider", "aider")];

    private readonly string _directory = Directory.CreateTempSubdirectory("transcripts-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Spoilt_files_give_valid_completions_or_none()
    {
        for (var seed = 0; seed < ProofSize.Cases(30, 2000); seed++)
        {
            var random = new Random(seed);
            foreach (var (harness, sample) in All)
            {
                var copy = Path.Combine(_directory, $"{seed}-{sample}");
                foreach (var file in Directory.GetFiles(SamplePath(sample), "*", SearchOption.AllDirectories)) Spoil(file, Path.Combine(copy, Path.GetRelativePath(SamplePath(sample), file)), random);
                foreach (var unit in Enum.GetValues<TranscriptUnit>())
                {
                    var (import, again) = (Import(harness, unit), Import(harness, unit));
                    var lines = import.Lines(copy);
                    lines.ShouldBe(again.Lines(copy));
                    lines.Select(l => Completion.TryReadLine(Encoding.UTF8.GetBytes(l), out var c, out _) ? c.Id : null).ShouldBeUnique();
                    lines.Length.ShouldBe((int)(import.Report.Completions + import.Report.Revisions));
                }
            }
        }
    }

    [Fact]
    public void A_file_that_cannot_be_opened_does_not_end_the_reading()
    {
        Directory.CreateDirectory(Path.Combine(_directory, "-repo"));
        var good = Directory.GetFiles(SamplePath("claude", "-repo"), "2222*").ShouldHaveSingleItem();
        File.Copy(good, Path.Combine(_directory, "-repo", Path.GetFileName(good)));
        File.CreateSymbolicLink(Path.Combine(_directory, "-repo", "gone.jsonl"), Path.Combine(_directory, "nowhere"));
        var import = Import("claude_code");
        import.Lines(_directory).Length.ShouldBe(1);
        import.Report.SkippedLines.Select(s => Path.GetFileName(s.File)).ShouldContain("gone.jsonl");
        foreach (var (harness, _) in All)
        {
            var missing = Import(harness);
            missing.Lines(Path.Combine(_directory, "missing")).ShouldBeEmpty();
            missing.Report.SkippedLines.ShouldHaveSingleItem().Reason.ShouldBe("is neither a file nor a directory");
        }
    }

    [Fact]
    public void A_line_that_is_too_long_is_named_and_the_next_one_read()
    {
        var file = Path.Combine(_directory, "a.jsonl");
        using (var writer = new StreamWriter(file))
        {
            writer.Write("{\"x\":\"");
            for (var i = 0; i < 65; i++) writer.Write(new string('x', 1 << 20));
            writer.Write("\"}\n");
            writer.Write("{\"event\":\"launched\",\"time\":1,\"user_id\":\"u\"}\n{\"event\":\"message_send\",\"time\":2,\"properties\":{\"main_model\":\"gpt-4o\",\"prompt_tokens\":3,\"completion_tokens\":1}}");
        }
        var import = Import("aider");
        import.Lines(file).ShouldHaveSingleItem().ShouldContain("\"actual_input_tokens\":3");
        import.Report.SkippedLines.ShouldHaveSingleItem().ShouldBe(new SkippedLine(file, 1, "is longer than 64 MiB"));
    }

    [Fact]
    public void The_same_session_in_two_places_counts_once()
    {
        var import = Import("claude_code");
        import.Lines(SamplePath("claude")).Length.ShouldBe(3);
        import.Lines(SamplePath("claude")).ShouldBeEmpty();
        import.Report.Repeated.ShouldBe(2);
    }

    [Fact]
    public void Copies_of_an_answer_are_told_apart_from_other_answers()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            Step[] steps = [.. Enumerable.Range(0, random.Next(15)).Select(i => new Step(Later, StepKind.Answered, random.Next(6) == 0 ? null : $"m{random.Next(3)}")
            {
                RequestId = random.Next(4) == 0 ? null : $"r{random.Next(2)}",
                IsSidechain = random.Next(3) == 0,
                SaysSpeed = random.Next(2) == 0,
                Tokens = new TokenCounts(random.Next(3), i),
            })];
            var set = new AnswerSet();
            foreach (var step in steps) set.Add(step);
            set.Kept.ShouldBe(Naive(steps), $"seed {seed}");
        }
    }

    [Theory]
    [InlineData("claude_code", "", ".claude/projects|.config/claude/projects")]
    [InlineData("claude_code", "CLAUDE_CONFIG_DIR=elsewhere, gone", "elsewhere/projects")]
    [InlineData("codex", "", ".codex/sessions|.codex/archived_sessions")]
    [InlineData("codex", "CODEX_HOME=elsewhere", "elsewhere/sessions")]
    [InlineData("gemini_cli", "", ".gemini/tmp")]
    [InlineData("opencode", "", "")]
    [InlineData("aider", "", "")]
    public void Where_a_program_keeps_its_sessions_is_known(string harness, string variable, string expected)
    {
        string[] made = [".claude/projects", ".config/claude/projects", ".codex/sessions", ".codex/archived_sessions", ".gemini/tmp", "elsewhere/projects", "elsewhere/sessions"];
        foreach (var directory in made) Directory.CreateDirectory(Path.Combine(_directory, directory));
        string? Environment(string name) => variable.StartsWith(name + "=", StringComparison.Ordinal)
            ? string.Join(',', variable[(name.Length + 1)..].Split(',').Select(d => Path.Combine(_directory, d.Trim()))) : null;
        TranscriptPlaces.Of(harness, _directory, Environment).Select(d => Path.GetRelativePath(_directory, d).Replace('\\', '/'))
            .ShouldBe(expected.Split('|', StringSplitOptions.RemoveEmptyEntries));
        TranscriptPlaces.Harnesses.ShouldContain(harness);
    }

    [Fact]
    public void A_program_that_is_not_known_is_refused() =>
        Should.Throw<ArgumentException>(() => Import("emacs").Lines("/")).Message.ShouldContain("'emacs' is none of claude_code");

    // By the words of the rule: an answer joins the first before it that is the same, and the better one stays there.
    private static List<Step> Naive(Step[] steps)
    {
        var kept = new List<Step>();
        foreach (var step in steps)
        {
            var at = kept.FindIndex(k => k.Key is not null && k.Key == step.Key && (k.RequestId == step.RequestId || k.IsSidechain || step.IsSidechain));
            if (at < 0) kept.Add(step);
            else kept[at] = new[] { kept[at], step }.OrderBy(s => s.IsSidechain).ThenByDescending(s => s.Tokens!.Value.Input + s.Tokens.Value.Output).ThenByDescending(s => s.SaysSpeed).First();
        }
        return kept;
    }

    private static void Spoil(string file, string copy, Random random)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        var bytes = new List<byte>(File.ReadAllBytes(file));
        for (var i = random.Next(8); i > 0 && bytes.Count > 20; i--)
        {
            var at = random.Next(bytes.Count - 10);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(at, random.Next(10)); break;
                case 2: bytes.InsertRange(at, Encoding.UTF8.GetBytes(Odd[random.Next(Odd.Length)])); break;
                case 3: bytes.RemoveRange(bytes.Count - 7, 7); break;
                default:
                    var digit = bytes.IndexOf((byte)('0' + random.Next(10)), at);
                    if (digit >= 0) bytes.InsertRange(digit, Encoding.UTF8.GetBytes(Odd[random.Next(Odd.Length)]));
                    break;
            }
        }
        File.WriteAllBytes(copy, [.. bytes]);
    }

    private static readonly string[] Odd =
        ["\n", "{", "}", "\"", "\\ud800", "\0", "null", "-", "e5", "99999999999999999", "[", "\":{\"", "\u2028", "true", "2026-03-02T10:00:00Z"];
}
