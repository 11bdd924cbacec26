using System.Net;
using PipelineMetrics.EndToEnd.Processes;
using Xunit.Abstractions;

namespace PipelineMetrics.EndToEnd;

/// <summary>One directory, one writer.</summary>
public sealed class SecondProcessTests(ITestOutputHelper output)
{
    private static readonly TimeSpan DecidedWithin = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_second_process_on_the_same_directory_refuses_to_start_and_says_why()
    {
        using var folder = new TestFolder();
        await using var first = await ServiceProcess.StartAsync(folder);
        await ShouldBeTurnedAwayAsync(folder);
        (await first.Http.RecordAsync("still-here")).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Of_two_that_start_at_once_exactly_one_serves()
    {
        var races = ProofSize.Cases(ci: 3, large: 200);
        var firsts = 0;
        for (var race = 0; race < races; race++)
        {
            using var folder = new TestFolder();
            await using var one = ServiceProcess.Launch(new ServiceStart(folder));
            await using var other = ServiceProcess.Launch(new ServiceStart(folder));
            var first = await Task.WhenAny(one.Gone, other.Gone).WaitAsync(DecidedWithin);
            var (loser, winner) = first == one.Gone ? (one, other) : (other, one);
            await ShouldHaveSaidWhyAsync(loser, folder);
            await winner.UntilReadyAsync();
            (await winner.Http.RecordAsync("served")).Status.ShouldBe(HttpStatusCode.Created);
            (await winner.StopAsync()).ShouldBe(0, winner.Errors);
            firsts += winner == one ? 1 : 0;
        }
        output.WriteLine($"{races} races, {firsts} won by the one that was started first");
    }

    [Theory]
    [InlineData("removed")]
    [InlineData("replaced")]
    public async Task A_lock_file_that_somebody_takes_away_lets_nobody_else_in(string how)
    {
        using var folder = new TestFolder();
        await using var first = await ServiceProcess.StartAsync(folder);
        File.Delete(folder.Lock);
        if (how == "replaced") await File.WriteAllTextAsync(folder.Lock, "");

        await ShouldBeTurnedAwayAsync(folder);
        (await first.Http.RecordAsync("still-here")).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("1\n")]
    [InlineData("no number at all")]
    public async Task A_lock_file_that_is_left_over_is_no_obstacle(string content)
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Log);
        await File.WriteAllTextAsync(folder.Lock, content);
        await using var service = await ServiceProcess.StartAsync(folder);
        (await service.Http.RecordAsync("taken")).Status.ShouldBe(HttpStatusCode.Created);
        (await ShouldBeTurnedAwayAsync(folder)).ShouldContain($"in use by process {service.Id}.");
    }

    [Fact]
    public async Task A_directory_is_free_again_as_soon_as_its_process_is_killed()
    {
        using var folder = new TestFolder();
        var kills = ProofSize.Cases(ci: 2, large: 20);
        for (var kill = 0; kill < kills; kill++)
        {
            await using var service = await ServiceProcess.StartAsync(folder);
            for (var earlier = 0; earlier < kill; earlier++) (await service.Http.FindAsync($"kept-{earlier}")).Status.ShouldBe(HttpStatusCode.OK);
            (await service.Http.RecordAsync($"kept-{kill}")).Status.ShouldBe(HttpStatusCode.Created);
            service.Kill();
            await service.Gone;
        }
    }

    /// <returns>What the second process said.</returns>
    private static async Task<string> ShouldBeTurnedAwayAsync(TestFolder folder)
    {
        await using var second = ServiceProcess.Launch(new ServiceStart(folder));
        await ShouldHaveSaidWhyAsync(second, folder);
        return second.Errors;
    }

    private static async Task ShouldHaveSaidWhyAsync(ServiceProcess refused, TestFolder folder)
    {
        (await refused.WaitForExitAsync()).ShouldNotBe(0);
        refused.Errors.Split('\n').Length.ShouldBe(1, refused.Errors);
        refused.Errors.ShouldContain($"{folder.Log} is in use", Case.Sensitive, refused.Errors);
    }
}
