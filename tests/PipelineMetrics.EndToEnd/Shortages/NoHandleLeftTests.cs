using System.Net;
using PipelineMetrics.EndToEnd.FailingDisk;
using PipelineMetrics.EndToEnd.Faults;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Load;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.Shortages;

/// <summary>The process may open no further file and no further connection.</summary>
public sealed class NoHandleLeftTests
{
    private const int Connections = 30;

    /// <summary>With these a file of the smallest size is full.</summary>
    private const int Posts = 12;
    private const int Padding = 8000;
    private static readonly TimeSpan SettlesWithin = TimeSpan.FromSeconds(10);

    public static TheoryData<int> HandlesLeft => [.. Enumerable.Range(0, ProofSize.Cases(ci: 3, large: 8))];

    [TheoryNeeding(Tool.Limits)]
    [MemberData(nameof(HandlesLeft))]
    public async Task A_file_that_cannot_be_sealed_is_written_on_and_sealed_later(int left)
    {
        using var folder = new TestFolder();
        var sender = new Sender();
        await using var service = await ServiceProcess.StartAsync(new ServiceStart(folder).WithSmallFiles());
        await sender.PostAllAsync(service.Http, 1);

        Handles.Leave(service.Id, left);
        for (var post = 0; post < Posts; post++)
        {
            if (await sender.PostAsync(service.Http, Padding) is { Status: not HttpStatusCode.Created } refusal) refusal.ShouldSayFailed();
        }
        Handles.LeavePlenty(service.Id);

        await Eventually.HoldsAsync("the file is sealed and listed", SettlesWithin, async () =>
            Recount.Of(folder.Log).SealedFiles > 0 && (await service.Http.ReadinessAsync()).Text("status") == "ready");
        await sender.PostAllAsync(service.Http, 1);
        Recount.Of(folder.Log).ShouldHonour(sender);
        (await service.Http.TotalAsync()).ShouldBe(sender.Acked.Count);
    }

    [FactNeeding(Tool.Limits)]
    public async Task Too_many_connections_are_left_waiting_and_answered_when_others_have_gone()
    {
        using var folder = new TestFolder();
        var sender = new Sender();
        await using (var service = await ServiceProcess.StartAsync(folder))
        {
            await sender.PostAllAsync(service.Http, 1);
            Handles.Leave(service.Id, Connections / 2);
            using var late = new HttpClient { BaseAddress = service.Http.BaseAddress };
            using (new HeldConnections(service.Http.BaseAddress!, Connections))
            {
                var unanswered = late.MetricsAsync();
                await sender.PostAllAsync(service.Http, Posts);
                unanswered.IsCompleted.ShouldBeFalse("there was a handle left: nothing is proved");
                _ = unanswered.ContinueWith(answer => answer.Exception, TaskScheduler.Default);
            }
            await Eventually.HoldsAsync("others are answered again", SettlesWithin,
                async () => (await late.MetricsAsync()).Status == HttpStatusCode.OK);
            await sender.PostAllAsync(late, 1);
        }

        await using var next = await ServiceProcess.StartAsync(folder);
        Recount.Of(folder.Log).ShouldHonour(sender);
        (await next.Http.TotalAsync()).ShouldBe(sender.Acked.Count);
    }
}
