using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Analysis;
using PipelineMetrics.Events;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Pricing;
using PipelineMetrics.Recording;
using PipelineMetrics.Tests.Log;
using Xunit.Abstractions;

namespace PipelineMetrics.Tests.Recording.Proofs;

/// <summary>The wall clock may jump wherever it likes, during a commit too: nothing is lost, nothing negative, and windows follow it.</summary>
public sealed class ClockTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset[] Starts =
    [
        new(2026, 3, 29, 0, 59, 59, TimeSpan.Zero), new(2026, 10, 25, 0, 59, 58, TimeSpan.Zero), new(2026, 10, 25, 1, 59, 59, TimeSpan.Zero),
        new(2028, 2, 28, 23, 59, 59, TimeSpan.Zero), new(2028, 2, 29, 23, 59, 59, 999, TimeSpan.Zero), new(2100, 2, 28, 23, 59, 58, TimeSpan.Zero),
        new(2026, 12, 31, 23, 59, 59, 500, TimeSpan.Zero), new(2038, 1, 19, 3, 14, 6, TimeSpan.Zero), new(1970, 1, 1, 0, 0, 1, TimeSpan.Zero),
    ];

    private static readonly TimeSpan[] Jumps =
    [
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(59.999), TimeSpan.FromMinutes(5), TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(7),
        TimeSpan.FromDays(366), TimeSpan.FromDays(3652),
    ];

    private static readonly TimeSpan[] Lengths =
        [TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), TimeSpan.FromDays(7), TimeSpan.FromDays(366), TimeSpan.FromDays(3660)];

    private int _jumps;
    private int _attempts;
    private int _refused;
    private int _windows;

    [Fact]
    public async Task Whatever_the_clock_does_nothing_is_lost_and_nothing_becomes_negative()
    {
        var cases = ProofSize.Cases(100, 5000);
        await Seeds.ForEachAsync(cases, HoldsAsync);
        output.WriteLine($"{cases} cases, {_jumps} jumps, {_attempts} attempts kept, {_refused} refused as too far ahead, {_windows} windows counted");
    }

    private async Task HoldsAsync(int seed)
    {
        using var run = new Run(Starts[seed % Starts.Length], new Random(seed));
        for (var i = 0; i < 30; i++) await run.StepAsync();
        run.Restart();
        run.NothingIsLost();
        Interlocked.Add(ref _jumps, run.Jumped);
        Interlocked.Add(ref _attempts, run.Kept.Count);
        Interlocked.Add(ref _refused, run.Refused);
        Interlocked.Add(ref _windows, run.Windows);
    }

    private sealed class Run : IDisposable
    {
        private readonly SimDisk _disk = new();
        private readonly DateTimeOffset _start;
        private readonly Random _random;
        private readonly JumpingClock _clock;
        private Recorder _recorder;
        private int _tasks;

        public Run(DateTimeOffset start, Random random)
        {
            (_start, _random, _clock) = (start, random, new JumpingClock(start));
            _recorder = Open();
        }

        /// <summary>The kept completions and when they finished.</summary>
        public Dictionary<string, DateTimeOffset> Kept { get; } = [];

        public int Jumped { get; private set; }

        public int Refused { get; private set; }

        public int Windows { get; private set; }

        public void Dispose() => _recorder.Dispose();

        /// <summary>The clock may jump while the service is away, and while it reads its log.</summary>
        public void Restart()
        {
            _recorder.Dispose();
            if (_random.Next(2) == 0) JumpNow();
            if (_random.Next(2) == 0) JumpDuringTheNextCommit();
            _recorder = Open();
            _disk.Fault = null;
        }

        public async Task StepAsync()
        {
            _clock.Pass(TimeSpan.FromMilliseconds(_random.Next(1, 3000)));
            switch (_random.Next(6))
            {
                case 0:
                    JumpNow();
                    break;
                case 1:
                    JumpDuringTheNextCommit();
                    await PostAsync(null);
                    break;
                case 2:
                    await PostAsync(_clock.Now.AddMilliseconds(_random.Next(-100_000, 300_001)));
                    break;
                case 3:
                    await RefuseAsync();
                    break;
                case 4:
                    await AttemptAsync();
                    break;
                case 5 when _random.Next(3) == 0:
                    Restart();
                    break;
            }
            WindowsFollow();
        }

        public void NothingIsLost()
        {
            foreach (var (id, at) in Kept) Line(id).GetProperty("created_at").GetDateTimeOffset().ShouldBe(at, id);
            Count(TimeRange.Between(null, null)).ShouldBe(Kept.Count);
            JournalVerifier.Verify(_disk, new LogOptions { Directory = LogBench.Directory }).Damage.ShouldBeEmpty();
        }

        private async Task PostAsync(DateTimeOffset? at)
        {
            var arrived = _clock.Now;
            var receipt = await _recorder.RecordAsync(Draft(at), 100);
            receipt.Verdict.ShouldBe(Verdict.Stored, receipt.Reason);
            Keep(receipt.Id!, Instant.Truncate(at ?? arrived));
        }

        // Five minutes ahead is the most a sender's clock may be; one millisecond more is refused, whatever ours was before.
        private async Task RefuseAsync()
        {
            var ahead = TimeSpan.FromMinutes(5) + Jumps[_random.Next(Jumps.Length)];
            var at = Instant.Truncate(_clock.Now) + (_random.Next(2) == 0 ? ahead : TimeSpan.FromMilliseconds(300_001));
            var receipt = await _recorder.RecordAsync(Draft(at), 100);
            receipt.Verdict.ShouldBe(Verdict.Rejected);
            receipt.Rejection!.Problems.Single().Field.ShouldBe("created_at");
            Refused++;
        }

        // The clock jumps while the attempt runs, perhaps while its end is being made durable.
        private async Task AttemptAsync()
        {
            var key = new TaskKey(null, $"task-{++_tasks}");
            var task = new EventDraft { EventType = TaskEvents.Created, EntityType = "task", EntityId = key.TaskId, Direction = "d" };
            (await _recorder.RegisterTaskAsync(task, 100)).Verdict.ShouldBe(Verdict.Stored);
            await ChangeAsync(key, TaskState.Running);
            JumpNow();
            if (_random.Next(2) == 0) await ChangeAsync(key, TaskState.NeedsDecision);
            if (_random.Next(2) == 0) JumpNow();
            (_recorder.Tasks.Find(key)!.RunningMs(_clock.Now) ?? 0).ShouldBeGreaterThanOrEqualTo(0);
            if (_random.Next(2) == 0) JumpDuringTheNextCommit();
            var arrived = _clock.Now;
            var ended = await ChangeAsync(key, _random.Next(2) == 0 ? TaskState.Completed : TaskState.Failed);
            Keep(ended.Id!, Instant.Truncate(arrived));
            if (Line(ended.Id!).TryGetProperty("duration_seconds", out var duration)) duration.GetDecimal().ShouldBeInRange(0, 30 * 24 * 3600);
        }

        private async Task<Receipt> ChangeAsync(TaskKey key, TaskState state)
        {
            var receipt = await _recorder.ChangeTaskAsync(key, new TaskChange(state, "r", null, new CompletionDraft()), 100);
            receipt.Verdict.ShouldBe(Verdict.Stored, receipt.Reason);
            return receipt;
        }

        private void WindowsFollow()
        {
            foreach (var length in Lengths)
            {
                Count(TimeRange.Rolling(length)).ShouldBe(Kept.Values.Count(at => at >= _clock.Now - length), $"{length} at {_clock.Now:O}");
                Windows++;
            }
            var (since, until) = (_clock.Now.AddDays(-1), _clock.Now);
            Count(TimeRange.Between(since, until)).ShouldBe(Kept.Values.Count(at => at >= since && at < until));
        }

        private void Keep(string id, DateTimeOffset at)
        {
            Kept.Add(id, at);
            Line(id).GetProperty("created_at").GetDateTimeOffset().ShouldBe(at);
        }

        private JsonElement Line(string id) => JsonElement.Parse(_recorder.FindCompletion(id).ShouldNotBeNull(id).Json);

        private long Count(TimeRange range) => _recorder.Completions.Answer(new MetricsQuery(range), _clock.Now).Overall.Total;

        private void JumpNow()
        {
            Jumped++;
            var by = Jumps[_random.Next(Jumps.Length)];
            // Around the year it began with, so that no run wanders off for centuries.
            _clock.Jump(_clock.Now > _start ? -by : _random.Next(2) == 0 ? by : -by);
        }

        private void JumpDuringTheNextCommit() => _disk.Fault = (_, _) =>
        {
            _disk.Fault = null;
            JumpNow();
            return null;
        };

        private static CompletionDraft Draft(DateTimeOffset? at) => new() { TaskId = "t", DurationMs = 1, Status = CompletionStatus.Completed, CreatedAt = at };

        private Recorder Open()
        {
            var journal = Journal.Open(_disk, new LogOptions { Directory = LogBench.Directory }, _clock, NullLogger.Instance);
            var recorder = new Recorder(journal, new RecorderOptions(), new PredictionOptions(), PriceTable.Embedded, _clock, NullLogger<Recorder>.Instance);
            recorder.Start();
            return recorder;
        }
    }
}
