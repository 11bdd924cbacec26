using System.Text.Json.Nodes;
using PipelineMetrics.Importing;
using PipelineMetrics.Pricing;
using PipelineMetrics.Tests.Importing;
using PipelineMetrics.Tests.Recording;
using PipelineMetrics.Transcripts;
using static PipelineMetrics.Tests.Transcripts.TranscriptBench;

namespace PipelineMetrics.Tests.Transcripts;

/// <summary>Sessions go on between imports. However often they are imported, and whenever, they count once and with all they used.</summary>
public sealed class GrowthTests
{
    [Theory]
    [InlineData(TranscriptUnit.Session)]
    [InlineData(TranscriptUnit.Prompt)]
    public async Task Whatever_was_imported_before_everything_counts_once(TranscriptUnit unit)
    {
        for (var seed = 0; seed < ProofSize.Cases(20, 1000); seed++)
        {
            var random = new Random(seed);
            using var sessions = new InventedSessions(random);
            using var bench = new RecorderBench();
            for (var step = 0; step < 80; step++)
            {
                sessions.Step();
                if (random.Next(10) != 0) continue;
                sessions.Wait(TimeSpan.FromMinutes(random.Next(30)));
                await ImportTwiceAsync(bench, sessions, unit, seed);
            }
            sessions.Wait(UnitOfWork.Rest);
            await ImportTwiceAsync(bench, sessions, unit, seed);
            Check(bench, sessions, unit, seed);
        }
    }

    [Fact]
    public void What_may_be_going_on_is_left_for_the_next_time()
    {
        var file = SamplePath("claude", "-repo", "22222222-2222-4222-8222-222222222222.jsonl");
        var last = new DateTimeOffset(2026, 3, 2, 9, 0, 30, TimeSpan.Zero);
        var early = Import("claude_code", now: last + UnitOfWork.Rest - TimeSpan.FromMilliseconds(1));
        early.Lines(file).ShouldBeEmpty();
        (early.Report.StillRunning, early.Report.Completions).ShouldBe((1, 0));
        var rested = Import("claude_code", now: last + UnitOfWork.Rest);
        rested.Lines(file).Length.ShouldBe(1);
        (rested.Report.StillRunning, rested.Report.Completions).ShouldBe((0, 1));
    }

    [Fact]
    public void A_turn_that_has_ended_need_not_rest()
    {
        var ended = new DateTimeOffset(2026, 3, 3, 8, 5, 5, TimeSpan.Zero);
        var import = Import("codex", TranscriptUnit.Prompt, now: ended);
        var file = Directory.GetFiles(SamplePath("codex", "2026", "03", "03"), "*000000000001.jsonl").ShouldHaveSingleItem();
        import.Lines(file).Length.ShouldBe(2);
        import.Report.StillRunning.ShouldBe(1);
    }

    [Fact]
    public async Task Prices_of_another_day_do_not_contradict_what_was_imported()
    {
        using var bench = new RecorderBench();
        bench.Clock.Advance(Later - bench.Now);
        await bench.ImportAsync(Import("claude_code").Lines(SamplePath("claude")), ImportFormat.Native);
        var prices = PriceTable.Load(new MemoryStream("""
            { "as_of": "2026-02-28", "models": { "claude-sonnet-4-5": { "input": 7, "output": 70 }, "claude-haiku-4-5": { "input": 8, "output": 9 } } }
            """u8.ToArray()));
        var dearer = new TranscriptImport("claude_code", TranscriptUnit.Session, Prices.OverriddenBy(prices), ClockAt(Later)).Lines(SamplePath("claude"));
        dearer.ShouldNotBe(Import("claude_code").Lines(SamplePath("claude")));
        var report = await bench.ImportAsync(dearer, ImportFormat.Native);
        (report.Imported, report.Duplicate, report.Rejected).ShouldBe((0, 3, 0), string.Join(" ", report.RejectedLines));
    }

    private static void Check(RecorderBench bench, InventedSessions sessions, TranscriptUnit unit, int seed)
    {
        var counted = bench.Lines().Select(l => JsonNode.Parse(l)!).GroupBy(l => (string)(l["revises"] ?? l["id"])!)
            .Select(g => g.MaxBy(l => (int?)l["revision"] ?? 0)!).ToList();
        if (unit == TranscriptUnit.Session) counted.Count.ShouldBe(sessions.Answered, $"seed {seed}");
        long Sum(string field) => counted.Sum(l => (long?)l[field] ?? 0);
        long[] told = [Sum("actual_input_tokens"), Sum("actual_output_tokens"), Sum("cache_read_tokens"), Sum("cache_write_tokens")];
        told.ShouldBe(sessions.Used, $"seed {seed}");
        var figures = bench.Figures.Detail!;
        new[] { figures.InputTokens.Total, figures.OutputTokens.Total, figures.CacheReadTokens.Total, figures.CacheWriteTokens.Total }.ShouldBe(told, $"seed {seed}");
        var cost = (3 * told[0]) + (15 * told[1]) + (told[2] * 0.3m) + (told[3] * 3.75m);
        ((decimal)figures.Cost.Total).ShouldBe(cost, tolerance: counted.Count, $"seed {seed}");
        figures.Outcomes.Values.Sum().ShouldBe(counted.Count, $"seed {seed}");
    }

    private static async Task ImportTwiceAsync(RecorderBench bench, InventedSessions sessions, TranscriptUnit unit, int seed)
    {
        bench.Clock.Advance(sessions.Now - bench.Now);
        var lines = Import("claude_code", unit, sessions.Now).Lines(sessions.Directory);
        var report = await bench.ImportAsync(lines, ImportFormat.Native);
        report.RejectedLines.ShouldBeEmpty($"seed {seed}");
        (await bench.ImportAsync(lines, ImportFormat.Native)).Imported.ShouldBe(0, $"seed {seed}");
    }
}
