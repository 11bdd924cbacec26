using System.Diagnostics;
using PipelineMetrics.EndToEnd.Faults;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Load;
using PipelineMetrics.EndToEnd.Processes;
using Xunit.Abstractions;

namespace PipelineMetrics.EndToEnd.FailingDisk;

/// <summary>The disk takes its time: a sync lasts longer than any caller's patience, or every other one is slow.</summary>
public sealed class SlowDiskTests(ITestOutputHelper output)
{
    /// <summary>Longer than the test: what waits for it is still waiting at the end. The first sync of a thread is quick.</summary>
    private const string Hangs = "delay_enter=300000000:when=2+";

    /// <summary>The smallest queue there is.</summary>
    private const int QueueBytes = 1 << 20;
    private const int LinesPerBatch = 25;
    private const int LineBytes = 8000;
    private const int Batches = 12;

    /// <summary>So many of these batches wait; those after them are refused.</summary>
    private const int BatchesThatFit = QueueBytes / (LinesPerBatch * (LineBytes + 200));
    private const int Acks = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [FactNeeding(Tool.Strace)]
    public async Task While_a_sync_hangs_reads_are_answered_and_what_waits_is_bounded()
    {
        using var folder = new TestFolder();
        var sender = new Sender();
        await using (var service = await ServiceProcess.StartAsync(Slow(folder, Hangs)))
        {
            await sender.PostAllAsync(service.Http, 1);
            var hanging = await BeginAsync(folder, () => sender.PostAsync(service.Http));
            await ReadAsync(service.Http);
            var waiting = await FillQueueAsync(service.Http);
            await ReadAsync(service.Http);
            Task.WhenAny([hanging, .. waiting]).IsCompleted.ShouldBeFalse("somebody was answered before the sync");
            service.Kill();
            foreach (var task in waiting.Append(hanging)) await Task.WhenAny(task);
        }

        await using var next = await ServiceProcess.StartAsync(folder);
        var log = Recount.Of(folder.Log);
        log.ShouldHonour(sender);
        (await next.Http.TotalAsync()).ShouldBe(log.Attempts);
    }

    [TheoryNeeding(Tool.Strace)]
    [InlineData("delay_enter=50000")]
    [InlineData("delay_enter=50000:when=1+2")]
    [InlineData("delay_enter=2000000:when=5+5")]
    public async Task Nothing_that_a_slow_disk_acknowledged_is_lost(string delay)
    {
        using var folder = new TestFolder();
        var ledger = new Ledger();
        await using (var service = await ServiceProcess.StartAsync(Slow(folder, delay)))
        {
            var load = Fleet.RunAsync(service.Http, ledger, "slow", seed: 1);
            await Eventually.HoldsAsync("enough is acknowledged", ProofSize.IsLarge ? 10 * Patience : Patience,
                () => Task.FromResult(ledger.Acked.Count >= ProofSize.Cases(Acks, large: 10_000)));
            service.Kill();
            output.WriteLine($"{(await load).Unanswered} requests were under way at the kill, {ledger.Acked.Count} records acknowledged");
        }

        await using var next = await ServiceProcess.StartAsync(folder);
        Recount.Of(folder.Log).ShouldHonour(ledger);
        (await next.Http.TotalAsync()).ShouldBe(Recount.Of(folder.Log).Attempts);
    }

    private static ServiceStart Slow(TestFolder folder, string delay) => new(folder)
    {
        Under = Injection.Words("/dev/null", folder.Completions, new Injection("fdatasync", delay)),
        Settings = new Dictionary<string, string> { ["recording:queue_bytes"] = $"{QueueBytes}" },
    };

    /// <returns>The answer to come to a post whose line is in the file already.</returns>
    private static async Task<Task<Answer>> BeginAsync(TestFolder folder, Func<Task<Answer>> post)
    {
        var before = new FileInfo(folder.Completions).Length;
        var answer = post();
        await Eventually.HoldsAsync("the line is written", Patience, () => Task.FromResult(new FileInfo(folder.Completions).Length > before));
        return answer;
    }

    /// <returns>The batches that wait; all others were refused at once.</returns>
    private static async Task<List<Task<Answer>>> FillQueueAsync(HttpClient http)
    {
        var asked = Enumerable.Range(0, Batches)
            .Select(number => http.AskAsync(HttpMethod.Post, $"{ServiceCalls.Completions}/batch", Batch(number), "application/x-ndjson")).ToList();
        for (var refused = 0; refused < Batches - BatchesThatFit; refused++)
        {
            var answered = await Task.WhenAny(asked).WaitAsync(Patience);
            (await answered).ShouldSayBusy();
            asked.Remove(answered);
        }
        return asked;
    }

    private static string Batch(int number)
    {
        var pad = new string('x', LineBytes);
        return string.Join('\n', Enumerable.Range(0, LinesPerBatch).Select(line =>
            $$$"""{"task_id":"batch-{{{number}}}-{{{line}}}","duration_seconds":1,"status":"completed","metadata":{"pad":"{{{pad}}}"}}"""));
    }

    /// <summary>Reads the figures, in which nothing is to be seen of what waits.</summary>
    private async Task ReadAsync(HttpClient http)
    {
        var times = new List<double>();
        for (var read = ProofSize.Cases(ci: 20, large: 5000); read > 0; read--)
        {
            var watch = Stopwatch.StartNew();
            (await http.TotalAsync()).ShouldBe(1);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }
        times.Sort();
        if (ProofSize.IsLarge) output.WriteLine($"{times.Count} reads: p50 {times[times.Count / 2]:0.0} ms, p99 {times[times.Count * 99 / 100]:0.0} ms");
    }
}
