using System.Globalization;
using System.Net;
using PipelineMetrics.EndToEnd.FailingDisk;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Load;
using PipelineMetrics.EndToEnd.Processes;
using Xunit.Abstractions;

namespace PipelineMetrics.EndToEnd.Shortages;

/// <summary>The process may not have more memory than it was promised to need.</summary>
public sealed class LittleMemoryTests(ITestOutputHelper output)
{
    /// <summary>A completion in memory: its columns, and its id in the index.</summary>
    private const int BytesPerCompletion = 64 + 27;

    /// <summary>The service itself, its web server, and what a read of the log takes at a time.</summary>
    private const long BytesOfService = 48L << 20;

    private const long BytesOfSmallMachine = 256L << 20;

    /// <summary>Just below what is stored at a time: all of it waits in memory for the last line.</summary>
    private const int LinesPerBatch = 900;
    private static readonly string Pad = new('x', 1000);

    [Fact]
    public async Task A_log_is_read_within_the_memory_that_its_completions_are_promised_to_take()
    {
        using var folder = new TestFolder();
        var lines = ProofSize.Cases(ci: 200_000, large: 1_500_000);
        BigLog.Write(folder.Log, lines, padding: ProofSize.Cases(ci: 0, large: 500));
        var size = new FileInfo(folder.Completions).Length >> 20;
        await using var service = await ServiceProcess.StartAsync(Limited(folder, BytesOfService + ((long)lines * BytesPerCompletion)));
        (await service.Http.TotalAsync()).ShouldBe(lines);
        (await service.Http.RecordAsync("after")).Status.ShouldBe(HttpStatusCode.Created);
        (await service.Http.FindAsync($"big-{lines}")).Status.ShouldBe(HttpStatusCode.OK);
        output.WriteLine($"{lines} lines, {size} MiB, {Memory(service.Id)}");
    }

    [Fact]
    public async Task More_batches_at_once_than_there_is_memory_for_are_told_to_come_back()
    {
        using var folder = new TestFolder();
        List<int> stored;
        await using (var service = await ServiceProcess.StartAsync(Limited(folder, BytesOfSmallMachine)))
        {
            var answers = await PostAtOnceAsync(service.Http, ProofSize.Cases(ci: 64, large: 300));
            stored = [.. Enumerable.Range(0, answers.Count).Where(number => answers[number]?.Status == HttpStatusCode.OK)];
            var refused = answers.Where(answer => answer is not null && answer.Status != HttpStatusCode.OK).ToList();
            output.WriteLine($"{answers.Count} batches: {stored.Count} stored, {refused.Count} refused, {Memory(service.Id)}");
            stored.ShouldNotBeEmpty();
            refused.ShouldNotBeEmpty("there was memory for all: nothing is proved");
            refused.ForEach(answer => answer!.ShouldSayBusy());
            (await service.Http.RecordAsync("after")).Status.ShouldBe(HttpStatusCode.Created);
            service.Kill();
            await service.WaitForExitAsync();
        }

        var kept = Recount.Of(folder.Log).Completions.Select(line => line.Id).ToHashSet();
        kept.ShouldContain("after");
        foreach (var batch in stored) Enumerable.Range(0, LinesPerBatch).ShouldAllBe(line => kept.Contains(IdOf(batch, line)));
    }

    /// <summary>Sends all but the last line of every batch before the last line of any.</summary>
    /// <returns>The answers; null where the service hung up on a batch it had refused.</returns>
    private static async Task<IReadOnlyList<Answer?>> PostAtOnceAsync(HttpClient http, int count)
    {
        var batches = Enumerable.Range(0, count).Select(NewBatch).ToList();
        var answers = batches.Select(batch => PostAsync(http, batch)).ToList();
        await Task.WhenAll(batches.Select((batch, number) => Task.WhenAny(batch.UnderWay, answers[number])));
        batches.ForEach(batch => batch.GoOn());
        return await Task.WhenAll(answers);
    }

    private static SlowBatch NewBatch(int number)
    {
        var lines = Enumerable.Range(0, LinesPerBatch).Select(line => $$$"""
            {"id":"{{{IdOf(number, line)}}}","task_id":"task-{{{number}}}-{{{line}}}","duration_seconds":1,"status":"completed","metadata":{"pad":"{{{Pad}}}"}}
            """).ToList();
        return new SlowBatch(lines[..^1], lines[^1]);
    }

    private static async Task<Answer?> PostAsync(HttpClient http, SlowBatch batch)
    {
        try
        {
            using var response = await http.PostAsync($"{ServiceCalls.Completions}/batch", batch);
            return await Answer.ReadAsync(response);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static string IdOf(int batch, int line) => $"batch-{batch}-{line}";

    private static string Memory(int process) =>
        File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal));

    private static ServiceStart Limited(TestFolder folder, long bytes) => new(folder)
    {
        Variables = new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = bytes.ToString("x", CultureInfo.InvariantCulture) },
    };
}
