using System.Net;
using System.Text;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Processes;
using Xunit.Abstractions;

namespace PipelineMetrics.EndToEnd.BadInputs;

/// <summary>One sender who never stops (J2) takes nothing from the others.</summary>
public sealed class FloodTests(ITestOutputHelper output)
{
    private const int Connections = 4;
    private const int LinesPerBatch = 1000;
    private static readonly int Others = ProofSize.Cases(15, 200);

    [Fact]
    public async Task Others_are_answered_while_one_floods_the_service()
    {
        using var folder = new TestFolder();
        await using var service = await ServiceProcess.StartAsync(folder);
        using var end = new CancellationTokenSource();
        using var flooder = new HttpClient { BaseAddress = service.Http.BaseAddress };
        var flood = Task.WhenAll(Enumerable.Range(0, Connections).Select(n => FloodAsync(flooder, n, end.Token)));

        var slowest = TimeSpan.Zero;
        for (var n = 0; n < Others; n++)
        {
            flood.IsCompleted.ShouldBeFalse("the flood goes on");
            var begin = TimeProvider.System.GetTimestamp();
            (await service.Http.RecordAsync($"other-{n}")).Status.ShouldBe(HttpStatusCode.Created);
            (await service.Http.FindAsync($"other-{n}")).Status.ShouldBe(HttpStatusCode.OK);
            (await service.Http.ReadinessAsync()).Status.ShouldBe(HttpStatusCode.OK);
            var figures = await service.Http.MetricsAsync();
            figures.Status.ShouldBe(HttpStatusCode.OK, $"{figures.Body}\n{service.Output}\n{service.Errors}");
            figures.Json.GetProperty("success_rate").GetProperty("total").GetInt64().ShouldBeGreaterThan(n);
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, TimeProvider.System.GetElapsedTime(begin).Ticks));
        }
        await end.CancelAsync();
        var stored = (await flood).Sum();

        output.WriteLine($"{stored} records of the flood; the slowest round of four calls of another took {slowest.TotalMilliseconds:0} ms.");
        stored.ShouldBeGreaterThan(0);
        var log = Recount.Of(folder.Log);
        log.ShouldBeGapless();
        log.Completions.Count.ShouldBe(stored + Others);
    }

    /// <returns>How many of its records were acknowledged.</returns>
    private static async Task<int> FloodAsync(HttpClient http, int number, CancellationToken cancellationToken)
    {
        var stored = 0;
        for (var round = 0; !cancellationToken.IsCancellationRequested; round++)
        {
            var lines = new StringBuilder();
            for (var n = 0; n < LinesPerBatch; n++)
                lines.Append($$"""{"task_id":"flood-{{number}}-{{round}}-{{n}}","duration_seconds":1,"status":"completed"}""").Append('\n');
            var answer = await http.AskAsync(HttpMethod.Post, $"{ServiceCalls.Completions}/batch", lines.ToString(), "application/x-ndjson");
            stored += answer.Json.GetProperty("stored").GetInt32();
            if (answer.Status == HttpStatusCode.ServiceUnavailable) answer.RetryAfter.ShouldNotBeNull();
            else answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
        }
        return stored;
    }
}
