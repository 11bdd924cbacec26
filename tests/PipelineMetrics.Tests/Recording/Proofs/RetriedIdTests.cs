using PipelineMetrics.Events;
using PipelineMetrics.Log;
using PipelineMetrics.Recording;
using Xunit.Abstractions;

namespace PipelineMetrics.Tests.Recording.Proofs;

/// <summary>One id, many senders: one line, whoever comes first, however often they try, over restarts and a full disk.</summary>
public sealed class RetriedIdTests(ITestOutputHelper output) : IDisposable
{
    private const int Senders = 50;
    private readonly RecorderBench _bench = new(options => options.SegmentBytes = LogOptions.MinSegmentBytes);
    private readonly Random _random = new(6);
    private readonly Dictionary<string, int> _winners = [];
    private int _refused;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Whoever_sends_one_id_at_once_or_again_there_is_one_line()
    {
        var (groups, restarts) = (ProofSize.Cases(200, 10_000), 0);
        for (var group = 0; group < groups; group++)
        {
            await ContendAsync($"id-{group}");
            if (_random.Next(10) > 0) continue;
            _bench.Restart();
            restarts++;
            await RetryAsync();
        }
        OwnIds().ShouldBe(_winners.Keys.Order(StringComparer.Ordinal));
        output.WriteLine($"{groups} ids from {Senders} senders at once, {restarts} restarts, {_refused} attempts met a full disk");
    }

    // Of the senders, some mean the same and some something else; whose line is first decides about all others.
    private async Task ContendAsync(string id)
    {
        var contents = _random.Next(1, 4);
        using var failing = _random.Next(3) == 0 ? new FullDisk(_bench) : null;
        using var start = new SemaphoreSlim(0);
        var sending = Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            await start.WaitAsync();
            return (Content: sender % contents, Receipt: await SendAsync(id, sender % contents));
        })).ToList();
        start.Release(Senders);
        var answers = await Task.WhenAll(sending);
        var stored = answers.Where(a => a.Receipt.Verdict == Verdict.Stored).ToList();
        stored.Count.ShouldBe(1, id);
        _winners[id] = stored[0].Content;
        foreach (var (content, receipt) in answers.Where(a => a.Receipt.Verdict != Verdict.Stored))
            receipt.Verdict.ShouldBe(content == stored[0].Content ? Verdict.Duplicate : Verdict.Conflict, id);
    }

    private async Task RetryAsync()
    {
        foreach (var (id, winner) in _winners.TakeLast(30))
        {
            (await SendAsync(id, winner)).Verdict.ShouldBe(Verdict.Duplicate, id);
            (await SendAsync(id, winner + 1)).Verdict.ShouldBe(Verdict.Conflict, id);
        }
    }

    // As a client does it: again with the same id until there is an answer.
    private async Task<Receipt> SendAsync(string id, int content)
    {
        while (true)
        {
            var draft = new CompletionDraft { Id = id, TaskId = $"t{content}", DurationMs = content, Status = CompletionStatus.Completed };
            var receipt = await _bench.Recorder.RecordAsync(draft, 100);
            if (receipt.Verdict != Verdict.DiskFull) return receipt;
            Interlocked.Increment(ref _refused);
        }
    }

    private IEnumerable<string> OwnIds() => _bench.Disk.Names.Where(n => n.StartsWith("/log/metrics", StringComparison.Ordinal))
        .SelectMany(name => _bench.Lines(Path.GetFileName(name)))
        .Select(line => line.Split("\"id\":\"")[1].Split('"')[0]).Order(StringComparer.Ordinal);

    /// <summary>A disk on which the next few writes find no room.</summary>
    private sealed class FullDisk : IDisposable
    {
        private readonly RecorderBench _bench;
        private int _left = 3;

        public FullDisk(RecorderBench bench)
        {
            _bench = bench;
            bench.Disk.Fault = (_, call) => call == "write" && _left-- > 0 ? new DiskException(DiskFault.Full, call, "metrics.jsonl", "no room") : null;
        }

        public void Dispose() => _bench.Disk.Fault = null;
    }
}
