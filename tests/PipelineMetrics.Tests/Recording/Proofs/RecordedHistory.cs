using System.Buffers;
using System.Text;
using System.Text.Json;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Events;
using PipelineMetrics.Log;
using PipelineMetrics.Recording;
using PipelineMetrics.Tests.Aggregation;

namespace PipelineMetrics.Tests.Recording.Proofs;

/// <summary>
/// A random history that goes through the front door of a recorder and is kept beside it as a list: batches, repeats, contradictions,
/// corrections, lines of another program, time that passes, restarts.
/// </summary>
internal sealed class RecordedHistory(int seed) : IDisposable
{
    private readonly RecorderBench _bench = new(options => options.SegmentBytes = LogOptions.MinSegmentBytes);
    private readonly Random _random = new(seed);
    private readonly List<Kept> _kept = [];
    private long _order;

    public Random Random => _random;

    public DateTimeOffset Now => _bench.Now;

    /// <summary>The completions that count; the place of each is its turn in the log.</summary>
    public IEnumerable<Row> Rows => _kept.Select(k => k.Row);

    /// <summary>The tasks whose work had to be done again.</summary>
    public HashSet<TaskKey> Reworked { get; } = [];

    public MetricsResult Answer(MetricsQuery query) => _bench.Recorder.Completions.Answer(query, Now);

    public void Restart() => _bench.Restart();

    public void Dispose() => _bench.Dispose();

    public Task StepAsync()
    {
        _bench.Clock.Advance(TimeSpan.FromMilliseconds(_random.Next(40_000)));
        return _random.Next(12) switch
        {
            0 or 1 when _kept.Count > 0 => CorrectAsync(),
            2 when _kept.Count > 0 => RepeatAsync(),
            3 => FollowAsync(),
            5 when _kept.Count > 0 => ReworkAsync(),
            4 when _random.Next(3) == 0 => Task.Run(_bench.Restart),
            _ => PostAsync(),
        };
    }

    // Some in one batch, some of them twice, some with an id of their own.
    private async Task PostAsync()
    {
        var reports = Enumerable.Range(0, 1 + _random.Next(4))
            .Select(i => (Id: _random.Next(3) == 0 ? null : $"c{_kept.Count + i}", Said: Said.Report(_random))).ToList();
        var bodies = reports.Select(r => Draft(r.Said, r.Id)).ToList();
        var again = reports[0].Id is not null && _random.Next(4) == 0;
        if (again) bodies.Add(Draft(reports[0].Said, reports[0].Id));
        var receipts = await _bench.Recorder.RecordAsync([.. bodies.Select(Posted)]);
        if (again) receipts[^1].Verdict.ShouldBe(Verdict.Duplicate);
        foreach (var ((_, said), receipt) in reports.Zip(receipts))
        {
            receipt.Verdict.ShouldBe(Verdict.Stored, receipt.Reason);
            Keep(receipt.Id!, said, Now);
        }
    }

    // As a reviewer says it of a task that is the rework by its name or its metadata; of a task that is told of itself, attempts are counted by other rules.
    private async Task ReworkAsync()
    {
        var done = _kept[_random.Next(_kept.Count)].Row.Completion;
        var (entity, more) = _random.Next(2) == 0
            ? ($"{done.TaskId}-rework-2", "")
            : ("another", $$""","metadata":{"originalTaskId":{{JsonSerializer.Serialize(done.TaskId)}}}""");
        var chain = done.ChainId is null ? "" : $",\"chain_id\":{JsonSerializer.Serialize(done.ChainId)}";
        var told = $"{{\"event_type\":\"task:rework\",\"entity_id\":{JsonSerializer.Serialize(entity)}{chain}{more}}}";
        (await _bench.Tell(told)).Verdict.ShouldBe(Verdict.Stored, told);
        Reworked.Add(new TaskKey(done.ChainId, done.TaskId));
    }

    private async Task CorrectAsync()
    {
        var kept = _kept[_random.Next(_kept.Count)];
        var correction = Said.Correction(_random);
        var draft = correction.Draft();
        (draft.Revises, draft.Revision) = (kept.Id, _random.Next(2) == 0 ? null : kept.Revision + _random.Next(-1, 3));
        if (draft.Revision < 1) draft.Revision = null;
        var receipt = await _bench.Recorder.RecordAsync(draft, 200);
        receipt.Verdict.ShouldBe(draft.Revision <= kept.Revision ? Verdict.Conflict : Verdict.Stored, receipt.Reason);
        if (receipt.Verdict == Verdict.Stored) kept.Correct(correction, draft.Revision ?? kept.Revision + 1, ++_order);
    }

    private async Task RepeatAsync()
    {
        var kept = _kept[_random.Next(_kept.Count)];
        (await _bench.Recorder.RecordAsync(Draft(kept.First, kept.Id), 200)).Verdict.ShouldBe(Verdict.Duplicate);
        var other = Draft(kept.First, kept.Id);
        other.DurationMs++;
        var receipt = await _bench.Recorder.RecordAsync(other, 200);
        receipt.Verdict.ShouldBe(Verdict.Conflict, receipt.Reason);
    }

    // Lines of another program come into the figures with the next commit.
    private Task FollowAsync()
    {
        var said = Said.Report(_random);
        var kept = Keep($"f{_kept.Count}", said, Now);
        var line = new ArrayBufferWriter<byte>();
        kept.Row.Completion.WithId(kept.Id).WriteTo(line);
        _bench.AppendForeign("metrics.jsonl", Encoding.UTF8.GetString(line.WrittenSpan) + "\n");
        return PostAsync();
    }

    private Kept Keep(string id, Said said, DateTimeOffset arrived)
    {
        var kept = new Kept(id, said, arrived, ++_order);
        _kept.Add(kept);
        return kept;
    }

    // As an object from code, or as the text that says the same.
    private PostedCompletion Posted(CompletionDraft draft)
    {
        if (_random.Next(2) == 0) return new PostedCompletion(draft, 500);
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            foreach (var field in CompletionFields.Reader.Fields) field.Write(writer, draft);
            writer.WriteEndObject();
        }
        PostedCompletion.TryRead(json.WrittenMemory, _bench.Recorder.Arriving(false), out var posted, out var rejection).ShouldBeTrue(rejection?.Reason);
        return posted;
    }

    private static CompletionDraft Draft(Said said, string? id)
    {
        var draft = said.Draft();
        (draft.TaskId, draft.Id) = ("t", id);
        return draft;
    }

    /// <summary>A completion as this side remembers it.</summary>
    private sealed class Kept(string id, Said first, DateTimeOffset arrived, long order)
    {
        private readonly DateTimeOffset _arrived = arrived;
        private Said _now = first;

        public string Id => id;

        public Said First { get; } = first;

        public long Revision { get; private set; }

        public Row Row { get; private set; } = new(Made(first, arrived), order);

        public void Correct(Said correction, long revision, long place)
        {
            _now = _now.Then(correction);
            (Row, Revision) = (new Row(Made(_now, _arrived), place), revision);
        }

        private static Completion Made(Said said, DateTimeOffset arrived)
        {
            var draft = Draft(said, null);
            draft.CreatedAt ??= arrived;
            return RandomHistory.Made(draft);
        }
    }
}
