using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Analysis;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;
using static PipelineMetrics.Tests.Recording.RecorderBench;

namespace PipelineMetrics.Tests.Recording;

public sealed class CompactionTests
{
    private static readonly TimeSpan Days8 = TimeSpan.FromDays(8);

    [Fact]
    public async Task What_left_counts_in_no_figure_and_its_sums_are_carried_over()
    {
        using var bench = new RecorderBench();
        await bench.PostAll(Body("a", ",\"actual_input_tokens\":10,\"actual_cost_usd_micros\":500"), Body("b"), """{"task_id":"c","status":"failed","duration_seconds":7}""");
        await bench.Post("""{"task_id":"d","outcome":"cancelled","status":"failed","duration_seconds":1}""");

        var left = (await bench.Compact())!.Archived.ShouldHaveSingleItem();

        (left.File, left.Stream, left.FirstSeq, left.LastSeq, left.Lines).ShouldBe(("metrics-0000000000000001.jsonl", LogStream.Completions, 1, 4, 4));
        (bench.Figures.Total, bench.Recorder.Completions.Rows).ShouldBe((0, 0));
        await bench.Post(Body("e"));
        for (var start = 0; start < 2; start++)
        {
            var carried = bench.Recorder.CarriedOver;
            (carried.Completed, carried.Failed, carried.Cancelled, carried.Duration.Total, carried.Cost.Total, carried["input_tokens"])
                .ShouldBe((2, 1, 1, 17_000, 500, 10));
            bench.Figures.Total.ShouldBe(1);
            bench.Restart();
        }
        await bench.Compact();
        bench.Recorder.CarriedOver.Completed.ShouldBe(3);
    }

    [Fact]
    public async Task Only_what_is_old_enough_leaves_and_without_a_gap()
    {
        using var bench = new RecorderBench();
        for (var day = 0; day < 3; day++)
        {
            await bench.Post(Body($"t{day}"));
            await bench.Compact(DateTimeOffset.MinValue);
            bench.Clock.Advance(TimeSpan.FromDays(1));
        }

        var report = await bench.Compact(bench.Now.AddDays(-1.5));

        report!.Archived.Select(left => left.FirstSeq).ShouldBe([1, 2]);
        report.Kept.ShouldContain(kept => kept.File == "metrics-0000000000000003.jsonl" && kept.Because == "newer");
        bench.Figures.Total.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_recorded_late_leaves_by_when_it_was_recorded()
    {
        using var bench = new RecorderBench();
        await bench.Post(Body("old", ",\"created_at\":\"2024-01-01T00:00:00Z\""));

        (await bench.Compact(bench.Now.AddDays(-1)))!.Archived.ShouldBeEmpty();
        (await bench.Compact(bench.Now.AddMilliseconds(1)))!.Archived.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_dry_run_says_what_would_leave_and_leaves_everything()
    {
        using var bench = new RecorderBench();
        await bench.Post(Body("a"));
        var calls = bench.Disk.Calls;

        var left = (await bench.Compact(dryRun: true))!.Archived.ShouldHaveSingleItem();

        (left.Lines, left.ArchiveBytes, bench.Disk.Calls, bench.Figures.Total).ShouldBe((1, null, calls, 1));
    }

    [Fact]
    public async Task The_active_files_stay_unless_they_are_to_be_sealed()
    {
        using var bench = new RecorderBench();
        await bench.Post(Body("a"));

        var report = await bench.Compact(seal: false);

        report!.Archived.ShouldBeEmpty();
        report.Kept.Select(kept => (kept.File, kept.Because)).ShouldBe([("events.jsonl", "active"), ("metrics.jsonl", "active")]);
    }

    [Theory]
    [InlineData(TaskState.Pending, "open_task")]
    [InlineData(TaskState.Running, "open_task")]
    [InlineData(TaskState.NeedsDecision, "open_task")]
    [InlineData(TaskState.Failed, "open_task")]
    [InlineData(TaskState.Completed, null)]
    [InlineData(TaskState.Cancelled, null)]
    public async Task Events_stay_while_a_task_in_them_is_open(TaskState state, string? because)
    {
        using var bench = new RecorderBench();
        await bench.Register("""{"task_id":"t","direction":"d"}""");
        if (state != TaskState.Pending) await bench.Patch("t", TaskState.Running);
        if (state is not (TaskState.Pending or TaskState.Running)) await bench.Patch("t", state);

        var report = await bench.Compact();

        report!.Kept.SingleOrDefault(kept => kept.Because == "open_task")?.Because.ShouldBe(because);
        report.Archived.Any(left => left.Stream == LogStream.Events).ShouldBe(because is null);
        await ShouldBeAfterAStart(bench);
        bench.Recorder.Tasks.FindByTaskId("t").Select(task => task.State).ShouldBe(because is null ? [] : [state]);
    }

    [Fact]
    public async Task A_task_that_failed_for_good_leaves()
    {
        using var bench = new RecorderBench();
        await bench.Register("""{"task_id":"t","direction":"d"}""");
        for (var attempt = 0; attempt < 2; attempt++)
        {
            await bench.Patch("t", TaskState.Running);
            await bench.Patch("t", TaskState.Failed);
        }

        (await bench.Compact())!.Archived.Count.ShouldBe(2);

        bench.Recorder.Tasks.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_task_leaves_as_a_whole()
    {
        using var bench = new RecorderBench();
        await bench.Register("""{"task_id":"t","direction":"d"}""");
        await bench.Compact(DateTimeOffset.MinValue);
        bench.Clock.Advance(TimeSpan.FromDays(2));
        await bench.Patch("t", TaskState.Cancelled);

        var report = await bench.Compact(bench.Now.AddDays(-1));

        report!.Kept.ShouldContain(kept => kept.Stream == LogStream.Events && kept.Because == "later_events");
        bench.Recorder.Tasks.Find(new(null, "t"))!.Direction.ShouldBe("d");
        (await bench.Compact())!.Archived.Count(left => left.Stream == LogStream.Events).ShouldBe(2);
    }

    [Fact]
    public async Task A_task_that_goes_on_while_it_is_about_to_leave_stays_whole()
    {
        using var bench = new RecorderBench();
        await bench.Register("""{"task_id":"t","direction":"d"}""");
        await bench.Patch("t", TaskState.Cancelled);
        await bench.Post(Body("free"));
        var clock = new AskedClock(() => bench.Tell("""{"event_type":"task:rework","entity_id":"t"}""").GetAwaiter().GetResult());
        var compactor = new Compactor(bench.Recorder, new RetryOptions(), clock, NullLogger<Compactor>.Instance);

        var report = await compactor.RunAsync(new CompactionRequest(bench.Now.AddYears(1), Seal: true));

        report!.Archived.ShouldHaveSingleItem().Stream.ShouldBe(LogStream.Completions);
        report.Kept.ShouldContain(kept => kept.Because == "later_events");
        bench.Recorder.Tasks.Find(new(null, "t"))!.Direction.ShouldBe("d");
        await ShouldBeAfterAStart(bench);
    }

    [Theory]
    [InlineData(TaskState.Completed)]
    [InlineData(TaskState.Failed)]
    public async Task A_task_that_stays_knows_how_it_ended_though_its_completion_left(TaskState state)
    {
        using var bench = new RecorderBench();
        await bench.Register("""{"task_id":"open","direction":"d"}""");
        await bench.Register("""{"task_id":"t","direction":"d"}""");
        await bench.Patch("t", TaskState.Running);
        await bench.Patch("t", state, "r1", """{"id":"end"}""");
        await bench.PostAll([.. Enumerable.Range(0, 20).Select(i => Body($"free{i}"))]);

        (await bench.Compact())!.Archived.ShouldHaveSingleItem().Stream.ShouldBe(LogStream.Completions);

        bench.Figures.Total.ShouldBe(0);
        await ShouldBeAfterAStart(bench);
        var task = bench.Recorder.Tasks.Find(new(null, "t"))!;
        (task.State, task.LastClosed!.CompletionId, task.Runner).ShouldBe((state, "end", "r1"));
        task.History.Select(place => bench.Recorder.ReadLine(place)).ShouldAllBe(line => line != null);
        var again = await bench.Patch("t", state, "r1", """{"turns":7}""");
        (again.Verdict, again.Id, bench.Recorder.Completions.Rows).ShouldBe((Verdict.Duplicate, "end", 0));
    }

    [Fact]
    public async Task An_id_is_known_for_seven_days_although_its_line_left()
    {
        using var bench = new RecorderBench();
        await bench.Post(Body("a", ",\"id\":\"x\""));
        var ours = (await bench.Post(Body("b"))).Id!;
        await bench.Tell("""{"event_type":"chain:created","entity_id":"c","id":"e"}""");
        (await bench.Compact())!.Archived.Count.ShouldBe(2);

        for (var start = 0; start < 2; start++)
        {
            (await bench.Post(Body("a", ",\"id\":\"x\""))).Verdict.ShouldBe(Verdict.Duplicate);
            (await bench.Post(Body("other", ",\"id\":\"x\""))).Verdict.ShouldBe(Verdict.Conflict);
            (await bench.Post(Body("b", $",\"id\":\"{ours}\""))).Verdict.ShouldBe(Verdict.Duplicate);
            (await bench.Tell("""{"event_type":"chain:created","entity_id":"c","id":"e"}""")).Verdict.ShouldBe(Verdict.Duplicate);
            bench.Recorder.FindCompletion("x").ShouldNotBeNull();
            bench.Restart();
        }

        bench.Clock.Advance(Days8);
        bench.Restart();
        bench.Recorder.FindCompletion("x").ShouldBeNull();
        bench.Recorder.FindCompletion(ours).ShouldBeNull();
        (await bench.Post(Body("other", ",\"id\":\"x\""))).Verdict.ShouldBe(Verdict.Stored);
        bench.Recorder.LeftOut.Count.ShouldBe(0);
    }

    [Fact]
    public async Task What_left_cannot_be_corrected_and_a_correction_of_it_counts_nowhere()
    {
        using var bench = new RecorderBench();
        await bench.Post(Body("a", ",\"id\":\"x\""));
        await bench.Compact(DateTimeOffset.MinValue);
        bench.Clock.Advance(TimeSpan.FromDays(2));
        await bench.Post("""{"revises":"x","actual_cost_usd_micros":900}""");

        (await bench.Compact(bench.Now.AddDays(-1), seal: false))!.Archived.Count.ShouldBe(1);

        bench.Recorder.CarriedOver.Cost.Total.ShouldBe(900);
        (await bench.Post("""{"revises":"x","turns":5}""")).Code.ShouldBe("completion_archived");
        (bench.Figures.Total, bench.Recorder.Completions.Rows).ShouldBe((0, 0));
        await ShouldBeAfterAStart(bench);
        bench.Clock.Advance(Days8);
        await ShouldBeAfterAStart(bench);
        bench.Recorder.LeftOut.Count.ShouldBe(0);
    }

    [Fact]
    public async Task No_two_states_have_the_same_version()
    {
        using var bench = new RecorderBench();
        var seen = new HashSet<long> { bench.Recorder.Completions.Version };
        for (var i = 0; i < 4; i++)
        {
            await bench.PostAll(Body("a"), Body("b"), Body("c"));
            seen.Add(bench.Recorder.Completions.Version).ShouldBeTrue();
            await bench.Compact();
            seen.Add(bench.Recorder.Completions.Version).ShouldBeTrue();
            await ShouldBeAfterAStart(bench);
        }
    }

    [Fact]
    public async Task An_answer_that_reaches_before_what_stays_says_so()
    {
        using var bench = new RecorderBench();
        await bench.Post(Body("a"));
        var whole = bench.Now.AddMilliseconds(1);
        bench.Answer().TruncatedBefore.ShouldBeNull();
        await bench.Compact();

        for (var start = 0; start < 2; start++)
        {
            bench.Answer().TruncatedBefore.ShouldBe(whole);
            var week = new MetricsQuery(TimeRange.Rolling(TimeSpan.FromDays(7)));
            var answer = bench.Recorder.Completions.Answer(week, bench.Now);
            (answer.TruncatedBefore, answer.HoldsUntil).ShouldBe((whole, whole.AddDays(7).AddMilliseconds(-1)));
            bench.Recorder.Completions.Answer(week, answer.HoldsUntil).TruncatedBefore.ShouldBe(whole);
            bench.Recorder.Completions.Answer(week, answer.HoldsUntil.AddTicks(1)).TruncatedBefore.ShouldBeNull();
            bench.Restart();
        }
    }

    [Fact]
    public async Task Predictions_and_the_pipeline_are_made_of_what_stays()
    {
        using var bench = new RecorderBench();
        await bench.PostAll(Body("a"), Body("b"));
        var kind = new TaskKind("unknown", null);
        bench.Recorder.Predictor.Predict(kind, TimeRange.Between(null, null), bench.Now).SampleSize.ShouldBe(2);
        bench.Recorder.Pipeline.Figures(PipelineScope.Everything, CancellationToken.None).Tasks.Completed.ShouldBe(2);
        await bench.Compact();
        await bench.Post(Body("c"));

        var prediction = bench.Recorder.Predictor.Predict(kind, TimeRange.Between(null, null), bench.Now);

        (prediction.SampleSize, prediction.TruncatedBefore is null).ShouldBe((1, false));
        bench.Recorder.Pipeline.Figures(PipelineScope.Everything, CancellationToken.None).Tasks.Completed.ShouldBe(1);
    }

    [Fact]
    public async Task A_state_that_was_left_is_let_go()
    {
        using var bench = new RecorderBench();
        await bench.PostAll(Body("a"), Body("b"));
        await bench.Register("""{"task_id":"t","direction":"d","task_type":"unknown"}""");
        bench.Recorder.Pipeline.Figures(PipelineScope.Everything, CancellationToken.None);
        var old = OldTable(bench);

        await bench.Compact();
        await bench.Post(Body("c"));

        for (var i = 0; i < 50 && old.IsAlive; i++) GC.Collect();
        old.IsAlive.ShouldBeFalse();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference OldTable(RecorderBench bench) => new(bench.Recorder.Completions);

    [Fact]
    public async Task Events_that_left_do_not_cut_the_figures()
    {
        using var bench = new RecorderBench();
        await bench.Tell("""{"event_type":"chain:created","entity_id":"c"}""");
        await bench.Compact();

        bench.Answer().TruncatedBefore.ShouldBeNull();
        bench.Recorder.Log.Archive.Before.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_full_disk_lets_nothing_leave_and_the_next_time_it_does()
    {
        using var bench = new RecorderBench();
        await bench.Post(Body("a"));
        bench.Disk.Watch = (_, path, _) =>
        {
            if (path.Contains("/archive/", StringComparison.Ordinal)) throw new DiskException(DiskFault.Full, "write", path, "no room");
        };

        (await Should.ThrowAsync<DiskException>(() => bench.Compact())).Fault.ShouldBe(DiskFault.Full);

        (bench.Figures.Total, bench.Recorder.Stopped).ShouldBe((1, null));
        bench.Disk.Watch = null;
        (await bench.Compact())!.Archived.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_failed_sync_of_an_archive_stops_the_log_as_any_does()
    {
        using var bench = new RecorderBench();
        await bench.Post(Body("a"));
        await bench.Compact(DateTimeOffset.MinValue);
        bench.Disk.Fault = (_, call) => call == "sync" ? new DiskException(DiskFault.SyncFailed, call, "", "I/O error") : null;

        await Should.ThrowAsync<DiskException>(() => bench.Compact(seal: false));

        bench.Recorder.Stopped.ShouldNotBeNull();
        bench.Figures.Total.ShouldBe(1);
        bench.Disk.Fault = null;
        await ShouldBeAfterAStart(bench);
        bench.Figures.Total.ShouldBe(1);
    }

    [Fact]
    public async Task There_is_one_compaction_at_a_time_and_a_stop_ends_it()
    {
        using var bench = new RecorderBench();
        await bench.Post(Body("a"));
        using var reached = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        bench.Disk.Watch = (_, path, _) =>
        {
            if (!path.Contains("/archive/", StringComparison.Ordinal) || reached.IsSet) return;
            reached.Set();
            goOn.Wait();
        };
        var first = Task.Run(() => bench.Compact(seal: true));
        reached.Wait();
        (await bench.Compactor().RunAsync(new CompactionRequest(bench.Now))).ShouldBeNull();
        var stopping = Task.Run(bench.Recorder.Dispose);
        goOn.Set();

        await stopping;

        await Should.ThrowAsync<OperationCanceledException>(() => first);
        bench.Disk.Watch = null;
        bench.Restart();
        bench.Figures.Total.ShouldBe(1);
    }

    /// <summary>A clock that does something when it is first asked, which is when what leaves is already packed.</summary>
    private sealed class AskedClock(Action first) : TimeProvider
    {
        private Action? _first = first;

        public override DateTimeOffset GetUtcNow()
        {
            Interlocked.Exchange(ref _first, null)?.Invoke();
            return base.GetUtcNow();
        }
    }

    private static Task ShouldBeAfterAStart(RecorderBench bench)
    {
        var before = Seen(bench);
        bench.Restart();
        Seen(bench).ShouldBe(before);
        return Task.CompletedTask;
    }

    private static string Seen(RecorderBench bench) => JsonSerializer.Serialize(new
    {
        Answer = bench.Answer(),
        bench.Recorder.Completions.Version,
        bench.Recorder.Tasks.List(_ => true, 100).Tasks,
        bench.Recorder.Log.Archive.CarriedOver,
        Pipeline = bench.Recorder.Pipeline.Figures(PipelineScope.Everything, CancellationToken.None),
        Prediction = bench.Recorder.Predictor.Predict(new TaskKind("unknown", null), TimeRange.Between(null, null), bench.Now),
    });
}
