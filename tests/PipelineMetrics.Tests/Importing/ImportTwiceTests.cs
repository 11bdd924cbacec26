using PipelineMetrics.Importing;
using PipelineMetrics.Tests.Recording;
using PipelineMetrics.Tests.Recording.Proofs;
using static PipelineMetrics.Tests.Importing.ImportBench;

namespace PipelineMetrics.Tests.Importing;

/// <summary>What was imported is not imported again.</summary>
public sealed class ImportTwiceTests
{
    [Fact]
    public Task Any_file_is_imported_once_however_it_grows_and_a_dry_run_says_so_before() => Seeds.ForEachAsync(ProofSize.Cases(40, 4000), async seed =>
    {
        using var bench = new RecorderBench();
        var file = new RandomFile(seed);
        for (var round = 0; round < 3; round++)
        {
            file.Grow();
            var expected = file.CountNew();
            var dry = await bench.ImportAsync(file.Lines, isDryRun: true);
            var before = bench.Lines().Length + bench.Lines("events.jsonl").Length;
            (dry.Read, dry.Imported, dry.Duplicate, dry.Rejected).ShouldBe(expected);
            var report = await bench.ImportAsync(file.Lines);
            (report.Read, report.Imported, report.Duplicate, report.Rejected).ShouldBe(expected);
            report.RejectedLines.Select(l => (l.Line, l.Code)).ShouldBe(dry.RejectedLines.Select(l => (l.Line, l.Code)));
            report.Completions.ShouldBe(dry.Completions);
            (bench.Lines().Length + bench.Lines("events.jsonl").Length).ShouldBe(before + (int)report.Imported);
            if (seed % 2 == 0) bench.Restart();
        }
        var again = await bench.ImportAsync(file.Lines);
        (again.Imported, again.Duplicate + again.Rejected).ShouldBe((0, file.Lines.Count));
    });

    [Fact]
    public async Task Equal_lines_of_one_file_are_different_facts()
    {
        using var bench = new RecorderBench();
        string[] lines = [Spec("a"), Spec("b"), Spec("a"), $"  {Spec("a")}\r"];
        var first = await bench.ImportAsync(lines);
        var second = await bench.ImportAsync([.. lines, Spec("a")]);
        (first.Imported, second.Imported, second.Duplicate).ShouldBe((4, 1, 4));
        bench.Lines().Select(l => System.Text.Json.Nodes.JsonNode.Parse(l)!["id"]!.GetValue<string>()[^2..]).ShouldBe([":1", ":1", ":2", ":3", ":4"]);
    }

    [Fact]
    public async Task The_id_of_a_line_is_made_of_its_bytes_for_ever()
    {
        using var bench = new RecorderBench();
        await bench.ImportAsync("""{"task_id":"a","duration_seconds":5,"status":"completed","created_at":"2025-12-01T10:00:00Z"}""");
        // printf '%s' '{"task_id":…}' | sha256sum | cut -c1-32
        bench.Single("metrics.jsonl")["id"]!.GetValue<string>().ShouldBe("import:cb140fef9b5d54822d943f76b6514264:1");
    }

    [Theory]
    [InlineData("model", "\"other\"")]
    [InlineData("duration_seconds", "6")]
    public async Task Another_content_under_an_id_is_refused_and_the_first_stays(string field, string value)
    {
        using var bench = new RecorderBench();
        var line = Spec("a", ""","id":"x" """);
        var other = line.Replace(field == "model" ? "\"m\"" : "\"duration_seconds\":5", field == "model" ? value : $"\"duration_seconds\":{value}", StringComparison.Ordinal);
        var report = await bench.ImportAsync(line, other, line);
        (report.Imported, report.Duplicate, report.RejectedLines.ShouldHaveSingleItem().Code).ShouldBe((1, 1, "id_conflict"));
        (await bench.ImportAsync(other)).RejectedLines.ShouldHaveSingleItem().Reason.ShouldContain($"'{field}'");
    }

    [Fact]
    public async Task An_id_is_that_of_an_event_or_of_a_completion()
    {
        using var bench = new RecorderBench();
        await bench.Post(RecorderBench.Body("t", ""","id":"x" """));
        await bench.Tell("""{"event_type":"chain:created","entity_id":"c","id":"y"}""");
        var report = await bench.ImportAsync(Adr("task:started", "t", "2025-12-06T00:00:00Z", ""","id":"x" """), Spec("a", ""","id":"y" """));
        report.RejectedLines.Select(l => l.Code).ShouldBe(["id_conflict", "id_conflict"]);
    }

    [Fact]
    public async Task A_history_that_was_rewritten_tells_the_same_facts()
    {
        using var bench = new RecorderBench();
        var fact = new GitFact("task:completed", "task", "1-a", "CHAIN-1-x", bench.Now.AddDays(-1), "abc", "docs/tasks/done/CHAIN-1-x/1-a.md");
        await bench.ImportAsync(Text(fact), Text(fact with { EventType = "task:started" }));
        var again = await bench.ImportAsync(Text(fact with { Commit = "def", Path = "elsewhere" }), Text(fact with { EventType = "task:started", Commit = "def" }));
        (again.Imported, again.Duplicate).ShouldBe((0, 2));
        bench.Single("metrics.jsonl")["metadata"]!["commit"]!.GetValue<string>().ShouldBe("abc");
    }

    private static string Text(GitFact fact)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        fact.WriteTo(buffer);
        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>A file that grows, with a naive count of what importing it would add.</summary>
    private sealed class RandomFile(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly Dictionary<string, string> _stored = new(StringComparer.Ordinal);

        public List<string> Lines { get; } = [];

        public void Grow()
        {
            for (var i = _random.Next(1500); i > 0; i--) Lines.Add(Line());
        }

        public (long Read, long Imported, long Duplicate, long Rejected) CountNew()
        {
            var (imported, duplicate, rejected) = (0L, 0L, 0L);
            var seen = new Dictionary<string, int>();
            foreach (var line in Lines)
            {
                var which = seen[line] = seen.GetValueOrDefault(line) + 1;
                // An id is the last member of a line that has one.
                var at = line.IndexOf("\"id\":", StringComparison.Ordinal);
                var isNew = _stored.TryAdd(at < 0 ? $"{line} {which}" : line[at..], line);
                if (line.StartsWith("bad", StringComparison.Ordinal)) rejected++;
                else if (isNew) imported++;
                else if (at < 0 || _stored[line[at..]] == line) duplicate++;
                else rejected++;
            }
            return (Lines.Count, imported, duplicate, rejected);
        }

        private string Line() => _random.Next(8) switch
        {
            0 => $"bad{_random.Next(5)}",
            1 => Adr("task:started", $"t{_random.Next(5)}", "2025-12-06T00:00:00Z"),
            2 => Adr("task:completed", $"t{_random.Next(5)}", $"2025-12-06T00:00:{_random.Next(10, 20)}Z"),
            3 => Adr("chain:created", _random.Next(4) == 0 ? "other" : "same", "2025-12-06T00:00:00Z", $",\"id\":\"e{_random.Next(400)}\""),
            4 => Spec(_random.Next(4) == 0 ? "other" : "same", $",\"id\":\"i{_random.Next(800)}\""),
            _ => Spec($"t{_random.Next(200)}"),
        };
    }
}
