using PipelineMetrics.History;
using PipelineMetrics.Log;
using PipelineMetrics.Tests.Recording;

namespace PipelineMetrics.Tests.History;

/// <summary>Things of all kinds recorded at random: both files, small ones, other programs, restarts.</summary>
internal sealed class RandomRecording(int seed) : IDisposable
{
    private static readonly string[] Types =
        ["task:started", "task:completed", "task:failed", "task:approved", "chain:created", "request:closed", "runner:error", "x:y"];

    private static readonly string[] Ids = ["a", "b", "c", "über/weg"];
    private readonly Random _random = new(seed);
    private readonly List<DateTimeOffset> _moments = [];
    private int _told;

    public RecorderBench Bench { get; } = new(options => options.SegmentBytes = LogOptions.MinSegmentBytes);

    public HistoryReader History => Bench.Recorder.History;

    public void Dispose() => Bench.Dispose();

    public async Task StepAsync()
    {
        Bench.Clock.Advance(TimeSpan.FromSeconds(_random.Next(100)));
        _moments.Add(Bench.Now);
        switch (_random.Next(12))
        {
            case 0:
                await AppendAsync();
                break;
            case 1:
                Bench.Restart();
                break;
            default:
                await Bench.TellAll([.. Enumerable.Range(0, 1 + _random.Next(8)).Select(_ => Event())]);
                break;
        }
    }

    /// <summary>A filter that wants some of it; the edges of its range are moments at which something happened.</summary>
    public HistoryFilter Filter() => new()
    {
        EventTypes = Some(Types),
        EntityTypes = Some(["task", "chain", "request"]),
        EntityIds = Some(Ids),
        TaskIds = Some(Ids),
        ChainIds = Some(Ids),
        RequestIds = Some(Ids),
        Since = SomeMoment(),
        Until = SomeMoment(),
    };

    // Another program's lines come into the history with the next commit. Long ones, so that files are sealed.
    private async Task AppendAsync()
    {
        var line = _random.Next(2) == 0
            ? $$"""{"event_type":"{{One(Types[..1])}}","entity_id":"{{One(Ids)}}","timestamp":"2026-01-02T03:04:05Z","chain_id":"{{One(Ids)}}"}"""
            : $$"""{"timestamp":"2026-01-02T03:04:05+01:00", "event_type":"x:y","entity_id":"{{One(Ids)}}"}""";
        var completion = $$"""{"task_id":"{{One(Ids)}}","duration_seconds":1,"status":"failed","created_at":"2026-01-02T03:04:05Z"}""";
        var isEvent = _random.Next(2) == 0;
        Bench.AppendForeign(isEvent ? "events.jsonl" : "metrics.jsonl", (isEvent ? line : completion) + "\n");
        await Bench.Tell(Event());
    }

    private string Event()
    {
        var type = One(Types);
        var id = _random.Next(3) == 0 ? $",\"id\":\"e{_told++}\"" : "";
        var chain = _random.Next(2) == 0 ? $",\"chain_id\":\"{One(Ids)}\"" : "";
        var request = _random.Next(2) == 0 ? $",\"request_id\":\"{One(Ids)}\"" : "";
        var entity = type.StartsWith("task:", StringComparison.Ordinal) && type is not "task:approved" ? $"{One(Ids)}{_random.Next(50)}" : One(Ids);
        return $$"""{"event_type":"{{type}}","entity_id":"{{entity}}"{{id}}{{chain}}{{request}},"filling":"{{new string('x', _random.Next(1500))}}"}""";
    }

    private DateTimeOffset? SomeMoment() => _moments.Count > 0 && _random.Next(6) == 0 ? _moments[_random.Next(_moments.Count)] : null;

    private string One(string[] values) => values[_random.Next(values.Length)];

    private string[] Some(string[] values) => _random.Next(4) > 0 ? [] : [.. values.Where(_ => _random.Next(2) == 0)];
}
