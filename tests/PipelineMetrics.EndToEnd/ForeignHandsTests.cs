using System.Net;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd;

/// <summary>People and other programs touch the log while the service runs.</summary>
public sealed class ForeignHandsTests
{
    private static readonly TimeSpan SeenWithin = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task A_line_that_somebody_appends_is_counted_and_the_service_goes_on(string lineEnd)
    {
        using var folder = new TestFolder();
        await using var service = await ServiceProcess.StartAsync(folder);
        await service.Http.RecordAsync("before");
        await File.AppendAllTextAsync(folder.Completions, ByHand() + lineEnd);

        await Eventually.HoldsAsync("the line is counted", SeenWithin, async () => await service.Http.TotalAsync() == 2);
        (await service.Http.RecordAsync("after")).Status.ShouldBe(HttpStatusCode.Created);
        (await service.Http.TotalAsync()).ShouldBe(3);
        Recount.Of(folder.Log).ShouldBeGapless();
        Recount.Of(folder.Log).Completions.Select(line => line.Seq).ShouldBe([1, null, 2]);
    }

    [Fact]
    public async Task An_appended_line_is_still_counted_after_a_restart()
    {
        using var folder = new TestFolder();
        await using (var service = await ServiceProcess.StartAsync(folder))
        {
            await File.AppendAllTextAsync(folder.Completions, ByHand() + "\n");
            await Eventually.HoldsAsync("the line is counted", SeenWithin, async () => await service.Http.TotalAsync() == 1);
            (await service.StopAsync()).ShouldBe(0);
        }

        await using var next = await ServiceProcess.StartAsync(folder);
        (await next.Http.TotalAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_deleted_log_takes_nothing_more_and_says_so()
    {
        using var folder = new TestFolder();
        await using var service = await ServiceProcess.StartAsync(folder);
        await service.Http.RecordAsync("before");
        File.Delete(folder.Completions);

        var refused = await service.Http.RecordAsync("after");
        refused.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        refused.Code.ShouldBe("log_stopped");
        refused.RetryAfter.ShouldNotBeNull();
        (await service.Http.TotalAsync()).ShouldBe(1);
        await Eventually.HoldsAsync("readiness is 503", SeenWithin,
            async () => (await service.Http.ReadinessAsync()).Status == HttpStatusCode.ServiceUnavailable);
    }

    private static string ByHand()
    {
        var now = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
        return $$"""{"task_id":"by-hand","task_type":"impl","model":"m","duration_seconds":3,"status":"completed","created_at":"{{now}}"}""";
    }
}
