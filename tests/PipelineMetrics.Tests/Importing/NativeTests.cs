using System.Text;
using System.Text.Json.Nodes;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Events;
using PipelineMetrics.Importing;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Tests.History;
using PipelineMetrics.Tests.Recording;
using PipelineMetrics.Tests.Recording.Proofs;

namespace PipelineMetrics.Tests.Importing;

/// <summary>Our own lines, brought into another log, tell the same there.</summary>
public sealed class NativeTests
{
    private static readonly SharedList<long> NoLines = new();

    [Fact]
    public Task What_is_exported_answers_the_same_where_it_is_imported() => Seeds.ForEachAsync(ProofSize.Cases(40, 4000), async seed =>
    {
        using var recording = new RandomRecording(seed);
        var (from, random) = (recording.Bench, new Random(seed));
        for (var step = 0; step < 60; step++)
        {
            await recording.StepAsync();
            if (random.Next(3) == 0) await ReportAsync(from, random);
        }
        using var to = new RecorderBench();
        to.Clock.Advance(from.Now - to.Now + TimeSpan.FromHours(1));
        string[] lines = [.. Exported(from)];
        var report = await to.ImportAsync(lines, ImportFormat.Native);
        (report.Imported, report.Rejected).ShouldBe((lines.Length, 0), string.Join('\n', report.RejectedLines));
        for (var round = 0; round < 2; round++)
        {
            Told(Exported(to)).ShouldBe(Told(lines), ignoreOrder: true);
            Figures(to).ShouldBe(Figures(from));
            Tasks(to).ShouldBe(Tasks(from));
            Pipeline(to).ShouldBe(Pipeline(from));
            (await to.ImportAsync(Exported(to), ImportFormat.Native)).Imported.ShouldBe(0);
            to.Restart();
        }
    });

    [Fact]
    public async Task Our_own_lines_are_known_where_they_come_from()
    {
        using var bench = new RecorderBench();
        await bench.PostAll(RecorderBench.Body("a"), RecorderBench.Body("b", ""","id":"x","actual_input_tokens":1000,"model":"claude-sonnet-4-5" """));
        await bench.Post("""{"revises":"x","error":"late"}""");
        await bench.Tell("""{"event_type":"task:started","entity_id":"c"}""");
        var report = await bench.ImportAsync(Exported(bench));
        (report.Read, report.Duplicate, report.Rejected).ShouldBe((4, 4, 0));
    }

    [Fact]
    public async Task Revisions_are_kept_and_the_highest_counts_whatever_comes_last()
    {
        using var bench = new RecorderBench();
        string Line(string id, string more) => $$"""{"task_id":"t","duration_seconds":5,"status":"completed","created_at":"2025-12-01T10:00:00Z","id":"{{id}}"{{more}},"seq":9,"crc":"00000000"}""";
        string[] lines =
        [
            Line("x", ""), Line("r2", ""","actual_cost_usd_micros":2,"revises":"x","revision":2"""), Line("r1", ""","actual_cost_usd_micros":1,"revises":"x","revision":1"""),
            Line("r9", ""","revises":"nobody","revision":1"""),
        ];
        var dry = await bench.ImportAsync(lines, isDryRun: true);
        var report = await bench.ImportAsync(lines.AsEnumerable());
        (report.Imported, bench.Figures.Total, bench.Figures.Detail!.Cost.Total).ShouldBe((3, 1, 2));
        foreach (var told in new[] { dry, report }) told.RejectedLines.Select(l => (l.Line, l.Code)).ShouldBe([(4, "unknown_completion")]);
        (await bench.ImportAsync(lines.AsEnumerable())).Duplicate.ShouldBe(3);
    }

    [Fact]
    public async Task The_end_of_an_attempt_told_as_an_event_is_a_completion()
    {
        using var bench = new RecorderBench();
        await bench.ImportAsync(
            """{"event_type":"task:started","entity_id":"t","timestamp":"2025-12-01T10:00:00Z"}""",
            """{"timestamp":"2025-12-01T10:01:00Z","event_type":"task:failed","entity_id":"t","error":"e"}""");
        var line = bench.Single("metrics.jsonl");
        (line["duration_seconds"]!.GetValue<int>(), line["status"]!.GetValue<string>(), line.ContainsKey("source")).ShouldBe((60, "failed", false));
    }

    // Late reports and corrections, some of them at once.
    private static async Task ReportAsync(RecorderBench bench, Random random)
    {
        var id = $"r{random.Next(20)}";
        await bench.Post(RecorderBench.Body($"t{random.Next(10)}", $",\"id\":\"{id}\",\"model\":\"m{random.Next(3)}\",\"actual_input_tokens\":{random.Next(100)}"));
        if (random.Next(2) == 0) await bench.Post($$"""{"revises":"{{id}}","actual_cost_usd_micros":{{random.Next(100)}}}""");
    }

    private static IEnumerable<string> Exported(RecorderBench bench)
    {
        var scan = bench.Recorder.History.Scan();
        var lines = new List<string>();
        while (scan.MoveNext()) lines.Add(Encoding.UTF8.GetString(scan.Current.Json));
        return lines;
    }

    // A line of another program is written as we would, and has got an id.
    private static IEnumerable<string> Told(IEnumerable<string> lines) => lines.Select(line =>
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        if (PipelineEvent.TryReadLine(Encoding.UTF8.GetBytes(line), out var happened, out _)) happened.WriteTo(buffer);
        else
        {
            Completion.TryReadLine(Encoding.UTF8.GetBytes(line), out var completion, out var rejection).ShouldBeTrue(rejection?.Reason);
            completion.WriteTo(buffer);
        }
        var json = JsonNode.Parse(buffer.WrittenSpan)!.AsObject();
        json.Remove("received_at");
        if (IsMade(json["id"]?.GetValue<string>())) json.Remove("id");
        return json.ToJsonString();
    });

    private static bool IsMade(string? id) => id?.StartsWith("import:", StringComparison.Ordinal) ?? true;

    private static string Figures(RecorderBench bench)
    {
        var answer = bench.Answer();
        return Text(answer.Overall) + string.Concat(answer.Groups.SelectMany(d => d.Value.Groups.Select(g => $"\n{d.Key} {g.Key} {Text(g.Value)}")));
    }

    // A place is another one in another log.
    private static string Text(GroupFigures figures) =>
        $"{figures.P50?.Ms} {figures.P95?.Ms} {string.Join(' ', figures.Detail!.Outcomes.OrderBy(o => o.Key))} {figures.Detail.P90?.Ms} {figures.Detail.P99?.Ms} {figures.Detail.Min?.Ms} {figures.Detail.Max?.Ms} "
        + (figures with { P50 = null, P95 = null, Detail = null })
        + (figures.Detail with { Outcomes = new Dictionary<Outcome, long>(), P90 = null, P99 = null, Min = null, Max = null });

    private static IEnumerable<TaskView> Tasks(RecorderBench bench) => bench.Recorder.Tasks.List(_ => true, int.MaxValue).Tasks.Select(task => task with
    {
        History = NoLines,
        LastClosed = task.LastClosed is { } closed ? closed with { Place = 0, CompletionId = IsMade(closed.CompletionId) ? null : closed.CompletionId } : null,
    });

    private static string Pipeline(RecorderBench bench)
    {
        var figures = bench.Recorder.Pipeline.Figures(PipelineScope.Everything, default);
        var chains = bench.Recorder.Pipeline.Chains(PipelineScope.Everything, default);
        return $"{figures.Tasks} {figures.Chains} {figures.Requests} {string.Join(' ', figures.Agents)} {string.Join('\n', chains)}";
    }
}
