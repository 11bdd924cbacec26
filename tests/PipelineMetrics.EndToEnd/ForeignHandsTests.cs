using System.Diagnostics;
using System.Net;
using PipelineMetrics.EndToEnd.Faults;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Load;
using PipelineMetrics.EndToEnd.Processes;
using Xunit.Abstractions;

namespace PipelineMetrics.EndToEnd;

/// <summary>People and other programs read the log and append to it while the service runs; it goes on.</summary>
public sealed class ForeignHandsTests(ITestOutputHelper output)
{
    private const int RecordsBefore = 20;
    private static readonly TimeSpan SeenWithin = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task A_line_that_somebody_appends_is_counted_and_the_service_goes_on(string lineEnd)
    {
        using var folder = new TestFolder();
        await using var service = await ServiceProcess.StartAsync(folder);
        await service.Http.RecordAsync("before");
        await File.AppendAllTextAsync(folder.Completions, ByHand(1) + lineEnd);

        await Eventually.HoldsAsync("the line is counted", SeenWithin, async () => await service.Http.TotalAsync() == 2);
        (await service.Http.RecordAsync("after")).Status.ShouldBe(HttpStatusCode.Created);
        (await service.Http.TotalAsync()).ShouldBe(3);
        Recount.Of(folder.Log).ShouldBeGapless();
        Recount.Of(folder.Log).Completions.Select(line => line.Seq).ShouldBe([1, null, 2]);
    }

    [Fact]
    public async Task Lines_appended_with_echo_are_counted_and_still_are_after_a_restart()
    {
        var lines = ProofSize.Cases(ci: 10, large: 100);
        using var folder = new TestFolder();
        await using (var service = await ServiceProcess.StartAsync(folder))
        {
            for (var line = 0; line < lines; line++) new ForeignHand(folder).Append(ByHand(line));
            await Eventually.HoldsAsync("the lines are counted", SeenWithin, async () => await service.Http.TotalAsync() == lines);
            (await service.StopAsync()).ShouldBe(0);
        }

        await using var next = await ServiceProcess.StartAsync(folder);
        (await next.Http.TotalAsync()).ShouldBe(lines);
    }

    /// <remarks>
    /// Between the service's look at the end of the file and its write are microseconds in which an appended line is overwritten; that
    /// is documented. So the figures are compared with what the file holds, and what was overwritten is told.
    /// </remarks>
    [Fact]
    public async Task Lines_appended_with_echo_under_load_are_counted_and_nothing_of_ours_is_harmed()
    {
        var lines = ProofSize.Cases(ci: 20, large: 2000);
        using var folder = new TestFolder();
        await using var service = await ServiceProcess.StartAsync(folder);
        var crowd = new Crowd(service.Http);
        await UnderLoadAsync(crowd, () =>
        {
            for (var line = 0; line < lines; line++) new ForeignHand(folder).Append(ByHand(line));
        });

        await Eventually.HoldsAsync("the lines are counted", SeenWithin,
            async () => await service.Http.TotalAsync() == Recount.Of(folder.Log).Attempts);
        var adopted = await ShouldBeUnharmedAsync(service, folder, crowd);
        adopted.ShouldBeGreaterThan(lines / 2);
        output.WriteLine($"{lines} lines appended beside {crowd.Acked.Count} records, {lines - adopted} overwritten");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_only_looks_at_the_log_disturbs_nothing(bool underLoad)
    {
        using var folder = new TestFolder();
        await using var service = await ServiceProcess.StartAsync(folder);
        var crowd = new Crowd(service.Http);
        await crowd.PostAllAsync(RecordsBefore);
        using var follower = Process.Start(new ProcessStartInfo("tail", ["-n", "+1", "-f", folder.Completions]) { RedirectStandardOutput = true })!;
        var followed = new Transcript(follower.StandardOutput);
        if (underLoad) await UnderLoadAsync(crowd, () => Look(folder));
        else Look(folder);
        await crowd.PostAllAsync(RecordsBefore);

        await ShouldBeUnharmedAsync(service, folder, crowd);
        await Eventually.HoldsAsync("tail has seen everything", SeenWithin,
            () => Task.FromResult(followed.ToString().Split('\n').Length == crowd.Acked.Count));
        follower.Kill();
        await followed.End;
    }

    private static void Look(TestFolder folder)
    {
        var hand = new ForeignHand(folder);
        for (var time = 0; time < ProofSize.Cases(ci: 1, large: 10); time++)
        {
            hand.Copy();
            hand.ChangeMode("000");
            hand.ChangeMode("644");
        }
    }

    private static async Task UnderLoadAsync(Crowd crowd, Action act)
    {
        using var stop = new CancellationTokenSource();
        var load = crowd.RunAsync(stop.Token);
        await Eventually.HoldsAsync("the load runs", SeenWithin, () => Task.FromResult(crowd.Acked.Count > 2 * RecordsBefore));
        act();
        await stop.CancelAsync();
        await load;
    }

    /// <returns>How many lines are somebody else's.</returns>
    private static async Task<int> ShouldBeUnharmedAsync(ServiceProcess service, TestFolder folder, Crowd crowd)
    {
        crowd.Refusals.ShouldBeEmpty();
        var log = Recount.Of(folder.Log);
        log.ShouldBeGapless();
        log.Completions.Where(line => line.Seq is not null).Select(line => line.Id!).Order().ShouldBe(crowd.Acked.Order());
        (await service.Http.TotalAsync()).ShouldBe(log.Attempts);
        (await service.Http.ReadinessAsync()).Text("status").ShouldBe("ready");
        return log.Completions.Count - crowd.Acked.Count;
    }

    private static string ByHand(int number)
    {
        var now = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
        return $$"""{"task_id":"by-hand-{{number}}","model":"m","duration_seconds":3,"status":"completed","created_at":"{{now}}"}""";
    }
}
