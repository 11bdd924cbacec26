using PipelineMetrics.Counters;
using PipelineMetrics.Events;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;
using PipelineMetrics.Tests.Log;
using PipelineMetrics.Tests.Recording;
using PipelineMetrics.Tests.Recording.Proofs;
using static PipelineMetrics.Tests.Recording.RecorderBench;

namespace PipelineMetrics.Tests.Counters;

public sealed class CountersViewTests
{
    [Fact]
    public Task Whatever_was_recorded_restarted_and_archived_they_are_those_of_all_lines_ever_written_and_none_becomes_smaller() =>
        Seeds.ForEachAsync(ProofSize.Cases(40, 4000), async seed =>
        {
            using var bench = new RecorderBench(options => options.SegmentBytes = LogOptions.MinSegmentBytes);
            var random = new Random(seed);
            var before = new Dictionary<string, long>();
            for (var step = 0; step < 50; step++)
            {
                await StepAsync(bench, random, step);
                if (random.Next(5) != 0) continue;
                var now = await Asked(bench);
                Difference(ToText(now), NaiveCounters.Of(bench.Disk)).ShouldBe("");
                before.ShouldAllBe(sum => now[sum.Key] >= sum.Value);
                before = now;
            }
            bench.Restart();
            Difference(ToText(await Asked(bench)), NaiveCounters.Of(bench.Disk)).ShouldBe("");
        });

    [Fact]
    public async Task Beyond_twenty_names_all_others_are_one_and_a_restart_chooses_the_same()
    {
        using var bench = new RecorderBench();
        for (var i = 0; i < 25; i++) await bench.Post(Body("t", $",\"task_type\":\"type-{(i * 7) % 25}\""));
        await bench.Post(Body("t", ",\"task_type\":\"other\""));

        var first = (await bench.Recorder.Counters.AskAsync())[AttemptCounter.Attempts];
        bench.Restart();
        var second = (await bench.Recorder.Counters.AskAsync())[AttemptCounter.Attempts];

        first.Select(series => series.Labels[1]).ShouldBe([.. Enumerable.Range(0, 20).Select(i => $"type-{(i * 7) % 25}"), "other"]);
        first[^1].Values.ShouldBe([6]);
        second.Select(series => string.Join(' ', series.Labels)).ShouldBe(first.Select(series => string.Join(' ', series.Labels)));
    }

    [Fact]
    public async Task However_many_names_there_are_the_series_stay_within_their_budget_and_none_is_lost()
    {
        using var bench = new RecorderBench(options => options.SegmentBytes = LogOptions.MinSegmentBytes);
        string[] outcomes = ["success", "failure", "partial", "timeout", "cancelled"];
        for (var type = 0; type < 25; type++)
        {
            await bench.PostAll([.. from harness in Enumerable.Range(0, 25)
                                    from outcome in outcomes
                                    select $$"""{"task_id":"t","duration_seconds":2,"outcome":"{{outcome}}","task_type":"t{{type}}","harness":"h{{harness}}","model":"m{{harness}}","actual_input_tokens":1,"actual_output_tokens":1,"cache_read_tokens":1,"cache_write_tokens":1,"turns":1,"tool_calls":2,"tool_errors":1,"actual_cost_usd_micros":1}"""]);
        }

        var figures = await bench.Recorder.Counters.AskAsync();

        // A histogram has a line for each step, its sum and its count.
        Enum.GetValues<AttemptCounter>().Sum(counter => figures[counter].Sum(series => counter == AttemptCounter.Durations ? series.Values.Count + 1 : 1))
            .ShouldBeInRange(1400, 1700);
        figures[AttemptCounter.Attempts].Sum(series => series.Values[0]).ShouldBe(25 * 25 * 5);
        figures[AttemptCounter.Durations].Sum(series => series.Values.SkipLast(1).Sum()).ShouldBe(25 * 25 * 5);
        figures[AttemptCounter.Tokens].Sum(series => series.Values[0]).ShouldBe(25 * 25 * 5 * 4);
        bench.Restart();
        ToText(Sums(await bench.Recorder.Counters.AskAsync())).ShouldBe(ToText(Sums(figures)));
        await bench.Compact();
        bench.Restart();
        ToText(Sums(await bench.Recorder.Counters.AskAsync())).ShouldBe(ToText(Sums(figures)));
    }

    [Fact]
    public async Task A_correction_adds_what_is_more_and_takes_nothing_back()
    {
        using var bench = new RecorderBench();
        await bench.Post(Body("t", ",\"id\":\"x\",\"model\":\"m\",\"actual_input_tokens\":100"));
        await bench.Post("""{"revises":"x","status":"failed","model":"other-model","actual_input_tokens":70,"actual_cost_usd_micros":500,"turns":3}""");
        await bench.Post("""{"revises":"x","actual_input_tokens":130,"actual_cost_usd_micros":400}""");

        ToText(await Asked(bench)).Split('\n').Where(line => !line.StartsWith("Last", StringComparison.Ordinal)).ShouldBe(
            ["Attempts|success|unknown|unknown 1", "CostUsdMicros|m|reported 500", "Durations|unknown|success|1 1", "Durations|unknown|success|12 5000",
             "Tokens|input|m 130", "Turns|unknown 3", "Unpriced|m 1"]);
    }

    [Fact]
    public async Task What_is_told_late_or_imported_or_written_by_another_program_is_backfilled()
    {
        using var bench = new RecorderBench();
        await bench.Post(Body("just", $",\"harness\":\"h\",\"created_at\":\"{Instant.ToText(bench.Now.AddHours(-1))}\""));
        await bench.Post(Body("late", $",\"harness\":\"h\",\"created_at\":\"{Instant.ToText(bench.Now.AddHours(-1).AddMilliseconds(-1))}\""));
        await bench.Post(Body("imported", ",\"harness\":\"h\",\"source\":\"git-import\""));
        bench.AppendForeign("metrics.jsonl", """{"task_id":"f","status":"completed","duration_seconds":1,"created_at":"2026-01-01T00:00:00Z"}""" + "\n");
        await bench.Post(Body("next", ",\"harness\":\"h\""));

        var figures = await bench.Recorder.Counters.AskAsync();

        figures[AttemptCounter.Backfilled].Select(series => (series.Labels[0], series.Values[0])).ShouldBe([("h", 2), ("unknown", 1)]);
        figures[AttemptCounter.Attempts].Select(series => series.Values[0]).ShouldBe([2]);
    }

    [Fact]
    public async Task A_correction_that_nobody_had_read_when_what_it_corrects_left_still_counts()
    {
        using var bench = new RecorderBench();
        await bench.Post(Body("t", ",\"id\":\"x\",\"actual_input_tokens\":100"));
        await Asked(bench);
        await bench.Compact(DateTimeOffset.MinValue);
        await bench.Post("""{"revises":"x","actual_input_tokens":130}""");
        await bench.Compact(seal: false);
        bench.Clock.Advance(TimeSpan.FromDays(8));
        bench.Recorder.Log.Archive.Lines.ShouldBe(1);

        var live = ToText(await Asked(bench));
        bench.Restart();

        live.ShouldContain("Tokens|input|unknown 130");
        ToText(await Asked(bench)).ShouldBe(live);
    }

    [Fact]
    public async Task A_crash_at_any_call_of_a_compaction_changes_none()
    {
        var calls = 1;
        while (await SurvivesAsync(calls)) calls++;
        calls.ShouldBeGreaterThan(10);
    }

    /// <summary>False when the compaction ended before the call came at which the machine should die.</summary>
    private static async Task<bool> SurvivesAsync(int dieAt)
    {
        var bench = new RecorderBench();
        await bench.PostAll(Body("a", ",\"id\":\"a\",\"turns\":4"), Body("b", ",\"model\":\"m\",\"actual_input_tokens\":7"));
        await bench.Compact(DateTimeOffset.MinValue);
        await bench.PostAll("""{"revises":"a","turns":6}""", Body("c", ",\"task_type\":\"spec\""));
        var before = ToText(await Asked(bench));
        bench.Disk.DiesAtCall = bench.Disk.Calls + dieAt;
        var died = false;
        try
        {
            await bench.Compact(seal: false);
        }
        catch (Exception e) when (e is SimDisk.PowerLoss or OperationCanceledException)
        {
            died = true;
        }
        bench.Crash();
        ToText(await Asked(bench)).ShouldBe(before, $"after a crash at call {dieAt}");
        bench.Dispose();
        return died;
    }

    [Fact]
    public async Task Who_asks_while_others_record_sees_what_was_acknowledged_before()
    {
        using var bench = new RecorderBench(options => options.SegmentBytes = LogOptions.MinSegmentBytes);
        var recording = Task.Run(async () =>
        {
            for (var i = 0; i < 300; i++) await bench.Post(Body($"t{i}", $",\"metadata\":{{\"x\":\"{new string('x', 1000)}\"}}"));
        });
        var last = 0L;
        while (!recording.IsCompleted)
        {
            var now = (await Asked(bench)).GetValueOrDefault("Attempts|success|unknown|unknown|0");
            now.ShouldBeInRange(last, 300);
            last = now;
            await bench.Compact(seal: false);
        }
        await recording;
        (await Asked(bench))["Attempts|success|unknown|unknown|0"].ShouldBe(300);
    }

    [Fact]
    public async Task After_the_end_nobody_is_answered()
    {
        var bench = new RecorderBench();
        bench.Dispose();
        await Should.ThrowAsync<OperationCanceledException>(bench.Recorder.Counters.AskAsync);
    }

    private static async Task<Dictionary<string, long>> Asked(RecorderBench bench) => Sums(await bench.Recorder.Counters.AskAsync());

    private static Dictionary<string, long> Sums(CounterFigures figures) => Enum.GetValues<AttemptCounter>()
        .SelectMany(counter => figures[counter].SelectMany(series => series.Values.Select((value, i) => ($"{counter}|{string.Join('|', series.Labels)}|{i}", value))))
        .ToDictionary(sum => sum.Item1, sum => sum.value);

    // The naive ones have an index only where there are several numbers.
    private static string ToText(Dictionary<string, long> sums) => string.Join('\n', sums.Where(sum => sum.Value != 0)
        .Select(sum => (Name: sum.Key.StartsWith("Durations|", StringComparison.Ordinal) ? sum.Key : sum.Key[..sum.Key.LastIndexOf('|')], sum.Value))
        .OrderBy(sum => sum.Name, StringComparer.Ordinal).Select(sum => $"{sum.Name} {sum.Value}"));

    private static string Difference(string counted, string naive)
    {
        var (ours, theirs) = (counted.Split('\n'), naive.Split('\n'));
        return string.Join("; ", ours.Except(theirs).Select(line => $"counted {line}").Concat(theirs.Except(ours).Select(line => $"should be {line}")));
    }

    private static async Task StepAsync(RecorderBench bench, Random random, int step)
    {
        bench.Clock.Advance(TimeSpan.FromSeconds(random.Next(1200)));
        switch (random.Next(10))
        {
            case 0:
                bench.AppendForeign("metrics.jsonl", $$"""{"task_id":"f","status":"failed","created_at":"2026-01-01T00:00:00Z","id":"foreign-{{step}}","harness":"{{Name(random, "h")}}"}""" + "\n");
                await bench.Post(Body("next"));
                break;
            case 1:
                bench.Restart();
                break;
            case 2:
                await bench.Compact(bench.Now.AddMinutes(-random.Next(-10, 300)), seal: random.Next(4) != 0);
                break;
            case 3 or 4:
                await bench.Post($$"""{"revises":"id-{{random.Next(40)}}"{{Amounts(random)}}}""");
                break;
            case 5:
                await bench.Register($$"""{"task_id":"r{{random.Next(4)}}","direction":"d","task_type":"{{Name(random, "t")}}"}""");
                await bench.Patch($"r{random.Next(4)}", random.Next(2) == 0 ? TaskState.Running : TaskState.Completed, null, """{"actual_output_tokens":12}""");
                break;
            default:
                await bench.PostAll([.. Enumerable.Range(0, 1 + random.Next(6)).Select(_ => Attempt(bench, random))]);
                break;
        }
    }

    private static string Attempt(RecorderBench bench, Random random)
    {
        string[] outcomes = ["success", "failure", "partial", "timeout", "cancelled"];
        var id = random.Next(2) == 0 ? $",\"id\":\"id-{random.Next(40)}\"" : "";
        var late = random.Next(6) == 0 ? $",\"created_at\":\"{Instant.ToText(bench.Now.AddMinutes(-random.Next(120)))}\"" : "";
        var source = random.Next(9) == 0 ? ",\"source\":\"import\"" : random.Next(9) == 0 ? ",\"source\":\"exec\"" : "";
        var harness = random.Next(3) == 0 ? "" : $",\"harness\":\"{Name(random, "h")}\"";
        return $$"""{"task_id":"r{{random.Next(9)}}","outcome":"{{outcomes[random.Next(5)]}}","duration_seconds":{{random.Next(8000)}}.{{random.Next(1000):000}},"task_type":"{{Name(random, "t")}}","model":"{{Name(random, "m")}}"{{id}}{{late}}{{source}}{{harness}}{{Amounts(random)}}}""";
    }

    private static string Amounts(Random random)
    {
        string[] fields = ["actual_input_tokens", "actual_output_tokens", "cache_read_tokens", "cache_write_tokens", "actual_cost_usd_micros", "turns", "tool_calls"];
        return string.Concat(fields.Where(_ => random.Next(3) == 0).Select(field => $",\"{field}\":{random.Next(1000)}"));
    }

    // Escapes too: such a line is read the long way.
    private static string Name(Random random, string prefix) => random.Next(12) == 0 ? $"{prefix}\\\"{random.Next(4)}" : $"{prefix}{random.Next(24)}";
}
