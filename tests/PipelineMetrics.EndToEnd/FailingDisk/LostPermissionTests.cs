using System.Net;
using System.Runtime.Versioning;
using PipelineMetrics.EndToEnd.Faults;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Load;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.FailingDisk;

/// <summary>The service runs as somebody from whom the directory of the log is taken.</summary>
[SupportedOSPlatform("linux")]
public sealed class LostPermissionTests
{
    private const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode LookOnly = UnixFileMode.UserRead | UnixFileMode.UserExecute;
    private const UnixFileMode Nothing = UnixFileMode.None;
    private const int Padding = 8000;

    /// <summary>With these a file of the smallest size is full.</summary>
    private const int Posts = 12;
    private static readonly TimeSpan SettlesWithin = TimeSpan.FromSeconds(5);

    [FactNeeding(Tool.OtherUser)]
    public async Task A_full_file_is_written_on_and_sealed_once_the_directory_may_be_changed_again()
    {
        using var folder = new TestFolder();
        var sender = new Sender();
        await using var service = await ServiceProcess.StartAsync(AsSomebodyElse(folder));
        File.SetUnixFileMode(folder.Log, LookOnly);
        await sender.PostAllAsync(service.Http, Posts, Padding);

        await Eventually.HoldsAsync("it says what is put off", SettlesWithin,
            async () => (await service.Http.ReadinessAsync()).Body.Contains("put off", StringComparison.Ordinal));
        File.SetUnixFileMode(folder.Log, Mine);
        await Eventually.HoldsAsync("the file is sealed", SettlesWithin, () => Task.FromResult(Recount.Of(folder.Log).SealedFiles == 1));
        await sender.PostAllAsync(service.Http, 1);
        Recount.Of(folder.Log).ShouldHonour(sender);
    }

    [FactNeeding(Tool.OtherUser)]
    public async Task A_directory_that_may_not_be_entered_refuses_records_until_it_may()
    {
        using var folder = new TestFolder();
        var sender = new Sender();
        await using var service = await ServiceProcess.StartAsync(AsSomebodyElse(folder));
        await using var reader = new SteadyReader(service.Http);
        await sender.PostAllAsync(service.Http, 1);
        File.SetUnixFileMode(folder.Log, Nothing);
        (await sender.PostAsync(service.Http)).ShouldSayFailed();
        (await sender.PostAsync(service.Http)).ShouldSayFailed();
        await service.Http.TurnsRedAsync();

        File.SetUnixFileMode(folder.Log, Mine);
        await service.Http.TurnsGreenAsync();
        await sender.PostAllAsync(service.Http, 1);
        await reader.ShouldHaveBeenAnsweredAsync();
        Recount.Of(folder.Log).ShouldHonour(sender);
    }

    [FactNeeding(Tool.OtherUser)]
    public async Task A_start_on_a_log_of_somebody_else_ends_and_says_why()
    {
        using var folder = new TestFolder();
        await using (var service = await ServiceProcess.StartAsync(folder)) (await service.StopAsync()).ShouldBe(0);
        File.SetUnixFileMode(folder.FullPath, Mine | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

        await using var next = ServiceProcess.Launch(AsSomebodyElse(folder, owner: false));
        (await next.WaitForExitAsync()).ShouldBe(1);
        next.Errors.ShouldContain("Permission denied");
    }

    [FactNeeding(Tool.OtherUser)]
    public async Task A_file_that_may_not_be_written_keeps_the_service_up_to_say_so()
    {
        using var folder = new TestFolder();
        var start = AsSomebodyElse(folder);
        await using (var service = await ServiceProcess.StartAsync(start)) (await service.StopAsync()).ShouldBe(0);
        File.SetUnixFileMode(folder.Completions, UnixFileMode.UserRead);

        await using var next = await ServiceProcess.StartAsync(start, answering: "/health/live");
        await Eventually.HoldsAsync("readiness names the file", SettlesWithin,
            async () => (await next.Http.ReadinessAsync()) is { Status: HttpStatusCode.ServiceUnavailable } answer
                && answer.Body.Contains("metrics.jsonl", StringComparison.Ordinal));
        (await next.Http.RecordAsync("refused")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    private static ServiceStart AsSomebodyElse(TestFolder folder, bool owner = true)
    {
        if (owner) OtherUser.Own(folder.FullPath);
        return new ServiceStart(folder) { Under = OtherUser.Words }.WithSmallFiles();
    }
}
