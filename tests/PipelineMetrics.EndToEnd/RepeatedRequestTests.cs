using System.Collections.Concurrent;
using System.Net;
using PipelineMetrics.EndToEnd.Faults;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Load;
using PipelineMetrics.EndToEnd.Processes;
using Xunit.Abstractions;

namespace PipelineMetrics.EndToEnd;

/// <summary>Answers get lost, requests come twice and late: every id is stored once, and the first content stays.</summary>
public sealed class RepeatedRequestTests(ITestOutputHelper output)
{
    private const int Senders = 16;
    private const int Connections = 50;
    private const int LostPerLife = 10;
    private static readonly Deed[] Deeds = Enum.GetValues<Deed>();
    private readonly int _seed = ProofSeed.Next();

    [Fact]
    public async Task An_id_that_is_sent_until_it_is_answered_is_stored_once()
    {
        using var folder = new TestFolder();
        await using var service = await ServiceProcess.StartAsync(folder);
        var sent = new ConcurrentBag<Attempt>();
        await using (var proxy = new UnfaithfulProxy(service.Http.BaseAddress!, ChooseBy(new Random(_seed))))
        {
            var wanted = ProofSize.Cases(ci: 300, large: 10_000);
            var retried = 0;
            await Task.WhenAll(Enumerable.Range(0, Senders).Select(async sender =>
            {
                for (var count = 0; Volatile.Read(ref retried) < wanted; count++)
                {
                    var attempt = new Attempt($"task-{sender}-{count}", $"id-{sender}-{count}", true, 1 + count);
                    sent.Add(attempt);
                    if (await SendAsync(service, proxy, attempt) > 1) Interlocked.Increment(ref retried);
                }
            }));
            output.WriteLine($"seed {_seed}: {sent.Count} ids, {retried} sent more than once; "
                + string.Join(", ", proxy.Done.Select(deed => $"{deed.Value} × {deed.Key}")));
        }
        ShouldBeStoredOnce(Recount.Of(folder.Log), sent);
        (await service.Http.TotalAsync()).ShouldBe(sent.Count);
    }

    [Fact]
    public async Task One_id_on_fifty_connections_at_once_is_stored_once_and_its_first_content_stays()
    {
        using var folder = new TestFolder();
        await using var service = await ServiceProcess.StartAsync(folder);
        var direct = new StubbornSender(service.Http, service.Http.BaseAddress!);
        var groups = ProofSize.Cases(ci: 10, large: 1000);
        var winners = new List<Attempt>();
        for (var group = 0; group < groups; group++)
        {
            // Every second group disagrees about the content.
            var said = Enumerable.Range(0, Connections)
                .Select(number => new Attempt($"task-{group}", $"id-{group}", true, 1 + (group % 2 * (number % 2)))).ToList();
            var answers = await Task.WhenAll(said.Select(attempt => direct.TrySendAsync(attempt)));
            winners.Add(Judge(said.Zip(answers, (attempt, answer) => (attempt, answer!)).ToList()));
        }
        ShouldBeStoredOnce(Recount.Of(folder.Log), winners);
        output.WriteLine($"{groups} groups of {Connections} connections");
    }

    [Fact]
    public async Task An_answer_lost_before_a_restart_is_made_good_after_it()
    {
        using var folder = new TestFolder();
        var random = new Random(_seed);
        var lives = ProofSize.Cases(ci: 3, large: 100);
        List<Attempt> lost = [];
        var all = new List<Attempt>();
        for (var life = 0; life <= lives; life++)
        {
            await using var service = await ServiceProcess.StartAsync(folder);
            await Task.WhenAll(lost.Select(attempt => ShouldBeKnownAsync(service, attempt)));
            lost = [.. Enumerable.Range(0, LostPerLife).Select(number => new Attempt($"task-{life}-{number}", $"id-{life}-{number}", true, 1 + number))];
            await LoseAnswersAsync(service, lost);
            all.AddRange(lost);
            if (random.Next(2) == 0) service.Kill();
            else service.Terminate();
            await service.WaitForExitAsync();
        }
        ShouldBeStoredOnce(Recount.Of(folder.Log), all);
        output.WriteLine($"seed {_seed}: {lives} restarts, {lives * LostPerLife} ids sent again after one");
    }

    private static Func<Deed> ChooseBy(Random random) => () =>
    {
        lock (random) return Deeds[random.Next(Deeds.Length)];
    };

    /// <returns>How often it was sent.</returns>
    private static async Task<int> SendAsync(ServiceProcess service, UnfaithfulProxy proxy, Attempt attempt)
    {
        var (answer, tries) = await new StubbornSender(service.Http, proxy.Address).SendAsync(attempt);
        answer.Status.ShouldBeOneOf(HttpStatusCode.Created, HttpStatusCode.OK);
        answer.Text("id").ShouldBe(attempt.Id);
        await ShouldStayAsync(service, attempt);
        return tries;
    }

    private static async Task LoseAnswersAsync(ServiceProcess service, List<Attempt> attempts)
    {
        await using var proxy = new UnfaithfulProxy(service.Http.BaseAddress!, () => Deed.DropAnswer);
        var sender = new StubbornSender(service.Http, proxy.Address);
        (await Task.WhenAll(attempts.Select(attempt => sender.TrySendAsync(attempt)))).ShouldAllBe(answer => answer == null);
    }

    private static async Task ShouldBeKnownAsync(ServiceProcess service, Attempt attempt)
    {
        var (again, _) = await new StubbornSender(service.Http, service.Http.BaseAddress!).SendAsync(attempt);
        again.Status.ShouldBe(HttpStatusCode.OK, again.Body);
        again.Json.GetProperty("duplicate").GetBoolean().ShouldBeTrue();
        await ShouldStayAsync(service, attempt);
    }

    /// <summary>Other content under the id is a conflict.</summary>
    private static async Task ShouldStayAsync(ServiceProcess service, Attempt first)
    {
        var other = first with { DurationMs = first.DurationMs + 1 };
        var (answer, _) = await new StubbornSender(service.Http, service.Http.BaseAddress!).SendAsync(other);
        answer.Status.ShouldBe(HttpStatusCode.Conflict, answer.Body);
        answer.Code.ShouldBe("id_conflict");
    }

    /// <returns>What was stored: the one that was answered with 201. The same is a duplicate, anything else a conflict.</returns>
    private static Attempt Judge(List<(Attempt Said, Answer Answer)> group)
    {
        var (winner, _) = group.Where(one => one.Answer.Status == HttpStatusCode.Created).ShouldHaveSingleItem();
        foreach (var (said, answer) in group.Where(one => one.Answer.Status != HttpStatusCode.Created))
            answer.Status.ShouldBe(said == winner ? HttpStatusCode.OK : HttpStatusCode.Conflict, answer.Body);
        return winner;
    }

    private static void ShouldBeStoredOnce(Recount log, IReadOnlyCollection<Attempt> attempts)
    {
        log.ShouldBeGapless();
        log.Completions.Select(line => line.Id!).Order().ShouldBe(attempts.Select(attempt => attempt.Id!).Order(), "one line per id");
        var durations = log.Completions.ToDictionary(line => line.Id!, line => line.Json.GetProperty("duration_seconds").GetDecimal());
        foreach (var attempt in attempts) durations[attempt.Id!].ShouldBe(attempt.DurationMs / 1000m, attempt.Id);
    }
}
