using System.Text.Json;
using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;
using PipelineMetrics.Tests.Pipeline;
using PipelineMetrics.Tests.Recording.Proofs;

namespace PipelineMetrics.Tests.Recording;

/// <summary>The figures of the pipeline against a count by hand, asked as the log grows, of any range and as of any time.</summary>
public sealed class PipelineViewTests
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Figures_are_what_counting_by_hand_gives_however_often_somebody_asks() =>
        await Seeds.ForEachAsync(ProofSize.Cases(60, 5_000), async seed =>
        {
            using var history = new RandomPipeline(seed);
            for (var part = 0; part < 6; part++)
            {
                for (var i = 0; i < 12; i++) await history.StepAsync();
                history.Text(PipelineScope.Everything).ShouldBe(new NaivePipeline(history.Lines()).ToString());
                var (since, last) = (history.Instant(), history.Instant());
                var scope = new PipelineScope(since, last < since ? null : last);
                history.Text(scope).ShouldBe(new NaivePipeline(history.Lines(), since.ToUnixTimeMilliseconds(), scope.LastMs).ToString());
            }
            var live = history.Text(PipelineScope.Everything);
            history.Bench.Restart();
            history.Text(PipelineScope.Everything).ShouldBe(live);
        });

    [Fact]
    public async Task As_of_a_time_is_what_a_service_says_that_was_told_only_what_had_happened_by_then() =>
        await Seeds.ForEachAsync(ProofSize.Cases(60, 5_000), async seed =>
        {
            using var history = new RandomPipeline(seed);
            for (var i = 0; i < 50; i++) await history.StepAsync();
            var asOf = history.Instant();
            using var other = new RecorderBench();
            foreach (var (file, stream) in new[] { ("events.jsonl", "events"), ("metrics.jsonl", "metrics") })
                other.AppendForeign(file, string.Concat(history.Bench.StoredLines(stream).Where(line => TimeOf(line) <= asOf).Select(line => WithoutNumber(line) + "\n")));
            other.Restart();
            RandomPipeline.Text(other.Recorder, PipelineScope.Everything).ShouldBe(history.Text(new PipelineScope(null, asOf)));
        });

    [Fact]
    public async Task The_file_beside_the_log_is_written_when_somebody_asks_for_it_and_only_then()
    {
        using var bench = new RecorderBench();
        await bench.Post(RecorderBench.Body("t-1", ",\"id\":\"last\",\"model\":\"m\",\"actual_input_tokens\":5000,\"actual_output_tokens\":2000"));
        bench.Recorder.Pipeline.Figures(PipelineScope.Everything, default);
        bench.Disk.Names.ShouldNotContain(name => name.EndsWith("aggregates.json", StringComparison.Ordinal));
        bench.Recorder.Pipeline.Refresh(bench.Now, bench.Recorder.IdAt, default);
        using var file = JsonDocument.Parse(string.Join('\n', bench.Lines("aggregates.json")));
        var root = file.RootElement;
        root.GetProperty("lastEventId").GetString().ShouldBe("last");
        root.GetProperty("eventCount").GetInt64().ShouldBe(1);
        root.GetProperty("tasks").GetProperty("p90CycleTimeMs").GetInt64().ShouldBe(5000);
        root.GetProperty("requests").GetProperty("avgCycleTimeMs").ValueKind.ShouldBe(JsonValueKind.Null);
        root.GetProperty("agents").GetProperty("m").GetProperty("totalTokens").GetProperty("output").GetInt64().ShouldBe(2000);
    }

    [Fact]
    public async Task A_question_that_was_given_up_half_way_leaves_nothing_counted_twice()
    {
        using var bench = new RecorderBench();
        await bench.Post(RecorderBench.Body("t-0"));
        bench.Recorder.Pipeline.Figures(PipelineScope.Everything, default).EventCount.ShouldBe(1);
        await bench.PostAll([.. Enumerable.Range(1, 3000).Select(i => RecorderBench.Body($"t-{i}"))]);
        using var givenUp = new CancellationTokenSource();
        var reads = 0;
        bench.Disk.LookFault = (operation, path) =>
        {
            // The log is read in pieces of 256 KiB: the first is counted when the second is asked for.
            if (operation == "read" && path.EndsWith("metrics.jsonl", StringComparison.Ordinal) && ++reads == 2) givenUp.Cancel();
            return null;
        };
        Should.Throw<OperationCanceledException>(() => bench.Recorder.Pipeline.Figures(PipelineScope.Everything, givenUp.Token));
        bench.Recorder.Pipeline.Figures(PipelineScope.Everything, default).EventCount.ShouldBe(3001);
    }

    private static DateTimeOffset TimeOf(string line)
    {
        using var document = JsonDocument.Parse(line);
        var name = document.RootElement.TryGetProperty("created_at", out _) ? "created_at" : "timestamp";
        return Instant.TryParse(document.RootElement.GetProperty(name).GetString()!, out var at) ? at : throw new FormatException(line);
    }

    private static string WithoutNumber(string line)
    {
        var end = line.LastIndexOf(",\"seq\":", StringComparison.Ordinal);
        return end < 0 ? line : line[..end] + "}";
    }

    /// <summary>A few tasks in a few chains to which anything happens at any time, told in any order.</summary>
    private sealed class RandomPipeline(int seed) : IDisposable
    {
        private static readonly string?[] Chains = [null, "c-1", "c-2"];
        private static readonly string[] TaskEvents =
            ["task:created", "task:started", "task:started", "task:rework", "task:cancelled", "task:submitted", "task:approved", "task:needs_decision", "task:odd"];

        private readonly Random _random = new(seed);
        private readonly List<string> _ids = [];
        private int _count;

        public RecorderBench Bench { get; } = new();

        public static string Text(Recorder recorder, PipelineScope scope) =>
            NaivePipeline.Describe(recorder.Pipeline.Figures(scope, default), recorder.Pipeline.Chains(scope, default));

        public string Text(PipelineScope scope) => Text(Bench.Recorder, scope);

        public IEnumerable<string> Lines() => Bench.StoredLines("events").Concat(Bench.StoredLines("metrics"));

        public DateTimeOffset Instant() => Begin.AddMilliseconds(_random.Next(0, 2_000_000));

        public async Task StepAsync()
        {
            switch (_random.Next(10))
            {
                case < 4:
                    (await Bench.Post(Completion())).Verdict.ShouldBe(Verdict.Stored);
                    break;
                case < 7:
                    await TaskEventAsync();
                    break;
                case 7 when _ids.Count > 0:
                    await Bench.Post(Revision());
                    break;
                case 8:
                    await Bench.Tell(Other("chain", ["chain:created", "chain:completed", "chain:approved"], "c-", 3));
                    break;
                default:
                    await Bench.Tell(Other("request", ["request:created", "request:closed", "request:approved"], "r-", 2));
                    break;
            }
        }

        public void Dispose() => Bench.Dispose();

        // No two facts of one time: what is told later then depends on the order of the files.
        private string Time() => PipelineMetrics.Events.Instant.ToText(Begin.AddMilliseconds((_random.Next(0, 2_000) * 1000) + ++_count));

        private string Chain() => Chains[_random.Next(Chains.Length)] is { } chain ? $",\"chain_id\":\"{chain}\"" : "";

        private string Request() => _random.Next(3) == 0 ? $",\"request_id\":\"r-{_random.Next(2)}\"" : "";

        private string Completion()
        {
            var id = $"id-{++_count}";
            _ids.Add(id);
            // Tasks that nobody registers: a registered one takes one completion an attempt.
            return $$"""{"id":"{{id}}","task_id":"p-{{_random.Next(6)}}"{{Chain()}}{{Request()}},"model":"m-{{_random.Next(3)}}","duration_seconds":{{_random.Next(100)}},"created_at":"{{Time()}}",{{End()}},"actual_input_tokens":{{_random.Next(50)}}}""";
        }

        private string End() => _random.Next(6) switch
        {
            0 => "\"status\":\"failed\"",
            1 => "\"outcome\":\"cancelled\"",
            _ => "\"status\":\"completed\"",
        };

        private string Revision()
        {
            var what = _random.Next(5) switch
            {
                0 => $",\"created_at\":\"{Time()}\"",
                1 => $",\"model\":\"m-{_random.Next(3)}\"",
                2 => $",\"duration_seconds\":{_random.Next(100)}",
                _ => $",\"actual_input_tokens\":{_random.Next(50)}",
            };
            return $$"""{"revises":"{{_ids[_random.Next(_ids.Count)]}}"{{what}}}""";
        }

        // Lines of others are read anew each time, so half of the histories have none: those go on with what was read before.
        private async Task TaskEventAsync()
        {
            var task = $"e-{_random.Next(6)}";
            if (seed % 2 == 0)
            {
                await Bench.Tell(TaskEvent(task));
                return;
            }
            Bench.AppendForeign("events.jsonl", TaskEvent(task) + "\n");
            if (_random.Next(2) == 0) AppendCompletion(task);
            // Either way they are taken over.
            if (_random.Next(4) == 0) Bench.Restart();
            else await Bench.Post(Completion());
        }

        private string TaskEvent(string task)
        {
            var type = TaskEvents[_random.Next(TaskEvents.Length)];
            var entity = type == "task:rework" && _random.Next(2) == 0 ? task + "-rework" : task;
            var metadata = type == "task:rework" && _random.Next(3) == 0 ? $",\"metadata\":{{\"originalTaskId\":\"p-{_random.Next(6)}\"}}" : "";
            return $$"""{"id":"e{{++_count}}","timestamp":"{{Time()}}","event_type":"{{type}}","entity_type":"task","entity_id":"{{entity}}"{{Chain()}}{{Request()}}{{metadata}}}""";
        }

        private void AppendCompletion(string task) => Bench.AppendForeign("metrics.jsonl",
            $$"""{"task_id":"{{task}}","task_type":"impl","model":"m-1","duration_seconds":{{_random.Next(100)}},"status":"completed","created_at":"{{Time()}}","id":"f{{++_count}}"{{Chain()}}{{Request()}}}""" + "\n");

        private string Other(string kind, string[] types, string prefix, int ids) =>
            $$"""{"event_type":"{{types[_random.Next(types.Length)]}}","entity_type":"{{kind}}","entity_id":"{{prefix}}{{_random.Next(ids)}}","timestamp":"{{Time()}}"{{(kind == "chain" ? Request() : "")}}}""";
    }
}
