using System.Net;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Api.Tests.Tasks;

/// <summary>A task has one runner at a time, whoever asks and however many at once.</summary>
public sealed class ClaimTests : IAsyncLifetime
{
    private const int Claimers = 50;
    private LastingService _service = null!;

    private HttpClient Client => _service.Client;

    public async Task InitializeAsync()
    {
        _service = await LastingService.StartAsync();
        await Client.PostTask("""{"task_id":"a","direction":"d"}""");
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Theory]
    [InlineData("""{"runner":"#"}""", "pending")]
    [InlineData("""{"status":"running","runner":"#"}""", "running")]
    [InlineData("""{"status":"pending","runner":"#"}""", "pending")]
    [InlineData("""{"status":"needs_decision","runner":"#"}""", "needs_decision")]
    public async Task Of_50_who_claim_a_task_at_once_exactly_one_gets_it(string change, string status)
    {
        var answers = await AllAtOnce(change);
        var winner = answers.Where(a => a.Status == HttpStatusCode.OK).ShouldHaveSingleItem();
        answers.Where(a => a != winner).ShouldAllBe(a => a.Status == HttpStatusCode.Conflict && a.Code == "task_claimed");
        var task = await Show();
        (task["runner"].GetString(), task["status"].GetString()).ShouldBe((winner["runner"].GetString(), status));
        task["history"].GetArrayLength().ShouldBe(2, "one line for the registration, one for the claim");
    }

    [Fact]
    public async Task A_claim_outlives_the_service()
    {
        await Client.Patch("a", """{"runner":"one"}""");
        await _service.RestartAsync();
        (await AllAtOnce("""{"status":"running","runner":"#"}""")).ShouldAllBe(a => a.Code == "task_claimed");
        (await Client.Patch("a", """{"status":"running","runner":"one"}""")).Status.ShouldBe(HttpStatusCode.OK);
        await _service.RestartAsync();
        (await AllAtOnce("""{"status":"completed","runner":"#"}""")).ShouldAllBe(a => a.Code == "task_claimed");
        (await Show())["runner"].GetString().ShouldBe("one");
    }

    [Fact]
    public async Task Of_those_who_try_a_failed_task_again_one_gets_the_attempt()
    {
        await Client.Patch("a", """{"status":"running","runner":"one"}""");
        await Client.Patch("a", """{"status":"failed","runner":"one"}""");
        (await AllAtOnce("""{"status":"running","runner":"#"}""")).Count(a => a.Status == HttpStatusCode.OK).ShouldBe(1);
        (await Show())["attempt"].GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Of_those_who_finish_a_task_at_once_one_records_it()
    {
        await Client.Patch("a", """{"status":"running"}""");
        var answers = await AllAtOnce("""{"status":"completed"}""");
        answers.ShouldAllBe(a => a.Status == HttpStatusCode.OK);
        answers.Count(a => !a.Json.TryGetProperty("duplicate", out _)).ShouldBe(1);
        (await Client.Metrics())["success_rate"].GetProperty("total").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_question_of_nobody_is_taken_by_who_claims_it_first()
    {
        await Client.Patch("a", "{\"status\":\"needs_decision\"}");
        (await Client.Patch("a", "{\"status\":\"needs_decision\",\"runner\":\"one\"}"))["runner"].GetString().ShouldBe("one");
        (await Client.Patch("a", "{\"status\":\"needs_decision\",\"runner\":\"one\"}"))["duplicate"].GetBoolean().ShouldBeTrue();
        (await Client.Patch("a", "{\"status\":\"needs_decision\",\"runner\":\"two\"}")).Code.ShouldBe("task_claimed");
    }

    [Fact]
    public async Task A_claim_that_is_repeated_changes_nothing_and_one_that_is_given_back_is_free()
    {
        await Client.Patch("a", """{"runner":"one"}""");
        (await Client.Patch("a", """{"runner":"one"}"""))["duplicate"].GetBoolean().ShouldBeTrue();
        (await Client.Patch("a", """{"status":"pending"}""")).Json.TryGetProperty("runner", out _).ShouldBeFalse();
        (await Client.Patch("a", """{"runner":"two"}"""))["runner"].GetString().ShouldBe("two");
        (await Client.PostEvents(Calls.Event("task:released", "a", ",\"runner\":\"one\""))).Code.ShouldBe("task_claimed");
        (await Client.PostEvents(Calls.Event("task:released", "a", ",\"runner\":\"two\""))).Status.ShouldBe(HttpStatusCode.Created);
        (await Show()).Json.TryGetProperty("runner", out _).ShouldBeFalse();
    }

    private async Task<Answer[]> AllAtOnce(string change)
    {
        using var start = new SemaphoreSlim(0);
        var asked = Enumerable.Range(0, Claimers).Select(async i =>
        {
            await start.WaitAsync();
            return await Client.Patch("a", change.Replace("#", $"runner-{i}"));
        }).ToList();
        start.Release(Claimers);
        return await Task.WhenAll(asked);
    }

    private Task<Answer> Show() => Client.Get($"{Routes.Tasks}/a");
}
