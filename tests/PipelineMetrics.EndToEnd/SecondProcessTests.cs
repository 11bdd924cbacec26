using System.Net;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd;

/// <summary>One directory, one writer.</summary>
public sealed class SecondProcessTests
{
    [Fact]
    public async Task A_second_process_on_the_same_directory_refuses_to_start_and_says_why()
    {
        using var folder = new TestFolder();
        await using var first = await ServiceProcess.StartAsync(folder);
        await using var second = ServiceProcess.Launch(new ServiceStart(folder));

        (await second.WaitForExitAsync()).ShouldNotBe(0);
        second.Errors.Split('\n').Length.ShouldBe(1, second.Errors);
        second.Errors.ShouldContain(folder.Log);
        (await first.Http.RecordAsync("still-here")).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_directory_is_free_again_as_soon_as_its_process_is_killed()
    {
        using var folder = new TestFolder();
        await using var first = await ServiceProcess.StartAsync(folder);
        (await first.Http.RecordAsync("kept")).Status.ShouldBe(HttpStatusCode.Created);
        first.Kill();
        await first.WaitForExitAsync();

        await using var second = await ServiceProcess.StartAsync(folder);
        (await second.Http.FindAsync("kept")).Status.ShouldBe(HttpStatusCode.OK);
    }
}
