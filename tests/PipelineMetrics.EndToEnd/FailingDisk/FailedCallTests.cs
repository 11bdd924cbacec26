using PipelineMetrics.EndToEnd.Faults;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Load;
using PipelineMetrics.EndToEnd.Processes;
using Xunit.Abstractions;

namespace PipelineMetrics.EndToEnd.FailingDisk;

/// <summary>
/// The n-th call of a kind fails with an I/O error, while files are filled and sealed. A sync that fails stops the log; anything else
/// is put off or refuses one record. Whatever it was, the next start has what was acknowledged.
/// </summary>
public sealed class FailedCallTests(ITestOutputHelper output)
{
    private const int Padding = 8000;

    /// <summary>Enough for several sealed files.</summary>
    private const int Posts = 18;
    private const int NthOfLarge = 50;

    private static readonly Dictionary<string, Failure> Failures = new()
    {
        ["a write"] = new("metrics.jsonl", Stops: false, n => [new("pwrite64", $"error=EIO:when={n}")], InCi: [2]),
        ["every write from one on"] = new("metrics.jsonl", Stops: false, n => [new("pwrite64", $"error=EIO:when={n}+")], InCi: [3]),
        ["a write and the cut after it"] = new("metrics.jsonl", Stops: true,
            n => [new("pwrite64", $"error=EIO:when={n}"), new("ftruncate", "error=EIO")], InCi: [2]),
        ["a sync"] = new("metrics.jsonl", Stops: true, n => [new("fdatasync", $"error=EIO:when={n}")], InCi: [4]),
        ["a sync of the directory"] = new("", Stops: true, n => [new("fsync", $"error=EIO:when={n}")], InCi: [1, 2]),
        ["a renaming of the active file"] = new("metrics.jsonl", Stops: false, n => [new("rename", $"error=EIO:when={n}")], InCi: [1]),
        ["a renaming of the new file"] = new("metrics.jsonl.next", Stops: false, n => [new("rename", $"error=EIO:when={n}")], InCi: [1]),
        ["a renaming of the manifest"] = new("journal.json.tmp", Stops: false, n => [new("rename", $"error=EIO:when={n}")], InCi: [1]),
        ["the making of a new file"] = new("metrics.jsonl.next", Stops: false, n => [new("openat", $"error=EIO:when={n}")], InCi: [1]),
        ["an opening of the active file"] = new("metrics.jsonl", Stops: false, n => [new("openat", $"error=EIO:when={n}")], InCi: [1, 2]),
        ["a look at the active file"] = new("metrics.jsonl", Stops: false, n => [new("statx", $"error=EIO:when={n}")], InCi: [8]),
    };

    public static TheoryData<string, int> Cases
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var (name, failure) in Failures)
            {
                foreach (var nth in ProofSize.IsLarge ? Enumerable.Range(1, NthOfLarge) : failure.InCi) data.Add(name, nth);
            }
            return data;
        }
    }

    [TheoryNeeding(Tool.Strace)]
    [MemberData(nameof(Cases))]
    public async Task What_was_acknowledged_outlives_the_failure_of(string call, int nth)
    {
        using var folder = new TestFolder();
        var failure = Failures[call];
        var sender = new Sender();
        await LiveBeforeAsync(folder, sender);
        var report = Path.Combine(folder.FullPath, "report");
        var path = Path.TrimEndingDirectorySeparator(Path.Combine(folder.Log, failure.File));
        var start = new ServiceStart(folder) { Under = Injection.Words(report, path, failure.Of(nth)) }.WithSmallFiles();
        var isStopped = await LiveThroughAsync(start, sender);

        var hits = Injection.Count(report);
        output.WriteLine($"{hits} failed; {sender.Acked.Count} acknowledged, {sender.Refused.Count} refused, {sender.Unknown.Count} unknown");
        if (!ProofSize.IsLarge) hits.ShouldBeGreaterThan(0, "nothing failed: the case proves nothing");
        isStopped.ShouldBe(failure.Stops && hits > 0);
        await JudgeAsync(folder, sender);
    }

    /// <summary>A log that is there already, so that the failing life needs few calls to start.</summary>
    private static async Task LiveBeforeAsync(TestFolder folder, Sender sender)
    {
        await using var service = await ServiceProcess.StartAsync(folder);
        await sender.PostAllAsync(service.Http, 3);
        (await service.StopAsync()).ShouldBe(0);
    }

    /// <summary>The life with the failure: it answers every post, and once it has stopped, it stays stopped.</summary>
    private static async Task<bool> LiveThroughAsync(ServiceStart start, Sender sender)
    {
        await using var service = await ServiceProcess.StartAsync(start, answering: "/health/live");
        var isStopped = false;
        for (var post = 0; post < Posts; post++)
        {
            var answer = await sender.PostAsync(service.Http, Padding);
            if (isStopped) answer.ShouldSayStopped();
            isStopped = answer.Code == "log_stopped";
        }
        return isStopped;
    }

    /// <summary>A healthy start goes on, and whoever does not know sends again.</summary>
    private static async Task JudgeAsync(TestFolder folder, Sender sender)
    {
        await using var service = await ServiceProcess.StartAsync(folder);
        Recount.Of(folder.Log).ShouldHonour(sender);
        await sender.PostAllAsync(service.Http, 1);
        var log = Recount.Of(folder.Log);
        log.ShouldHonour(sender);
        (await service.Http.TotalAsync()).ShouldBe(log.Attempts);
    }

    /// <summary>A kind of failure.</summary>
    /// <param name="File">The file it happens to; empty for the directory.</param>
    /// <param name="Stops">Whether nothing is stored after it.</param>
    /// <param name="Of">What is done to the n-th call.</param>
    /// <param name="InCi">Calls that are reached in a short life.</param>
    private sealed record Failure(string File, bool Stops, Func<int, Injection[]> Of, int[] InCi);
}
