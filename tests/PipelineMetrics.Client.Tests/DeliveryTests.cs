using System.Globalization;
using System.Net;
using System.Text.Json;

namespace PipelineMetrics.Client.Tests;

/// <summary>What the client does with what the service answers, on a clock that moves only when told.</summary>
public sealed class DeliveryTests : IDisposable
{
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(30);
    private readonly FakeService _service = new();
    private readonly SpoolFolder _folder = new();
    private readonly SteppedClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(507)]
    [InlineData(408)]
    public async Task What_may_pass_is_tried_again_with_the_same_bytes(int status)
    {
        _service.Answer = number => number <= 3 ? FakeService.Status(status) : null;
        await using var client = Client();
        client.Track(Some.Completion());
        (await FlushOverPausesAsync(client)).ShouldBeTrue();
        _service.Requests.Count.ShouldBe(4);
        _service.Requests.Select(request => request.Lines.Single()).Distinct().Count().ShouldBe(1);
        client.Counters.ShouldBe(new ClientCounters { Accepted = 1, Sent = 1, Retries = 3 });
    }

    [Fact]
    public async Task A_lost_answer_costs_a_duplicate_and_nothing_else()
    {
        _service.Answer = number =>
        {
            if (number > 1) return null;
            _service.Take(_service.Requests.Last().Lines);
            throw new HttpRequestException("the connection broke behind the request");
        };
        await using var client = Client();
        client.Track(Some.Completion());
        (await FlushOverPausesAsync(client)).ShouldBeTrue();
        _service.Stored.Count.ShouldBe(1);
        client.Counters.ShouldBe(new ClientCounters { Accepted = 1, Sent = 1, Duplicates = 1, Retries = 1 });
    }

    [Fact]
    public async Task Retry_After_in_seconds_is_waited_for_even_by_a_flush()
    {
        _service.Answer = number => number == 1 ? FakeService.Status(503, ("Retry-After", "120")) : null;
        await using var client = Client();
        client.Track(Some.Completion());
        await _service.UntilAskedAsync();
        await ShouldWaitForAsync(client, TimeSpan.FromSeconds(120));
    }

    [Fact]
    public async Task Retry_After_as_a_date_is_waited_for()
    {
        var until = _clock.GetUtcNow().AddSeconds(100).ToString("R", CultureInfo.InvariantCulture);
        _service.Answer = number => number == 1 ? FakeService.Status(429, ("Retry-After", until)) : null;
        await using var client = Client();
        client.Track(Some.Completion());
        await _service.UntilAskedAsync();
        await ShouldWaitForAsync(client, TimeSpan.FromSeconds(100));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(302)]
    public async Task Not_allowed_it_keeps_the_record_and_asks_again_until_it_is(int status)
    {
        var log = new LoggedLines<PipelineMetricsClient>();
        _service.Answer = number => number <= 3 ? FakeService.Status(status) : null;
        await using var client = new PipelineMetricsClient(Options(), log, _service, _clock);
        client.Track(Some.Completion());
        (await FlushOverPausesAsync(client)).ShouldBeTrue();
        client.Counters.Sent.ShouldBe(1);
        log.Count(line => line.Contains($"status {status}", StringComparison.Ordinal)).ShouldBe(1, "each trouble is told once");
    }

    [Theory]
    [InlineData("<html>Welcome to the hotel</html>")]
    [InlineData("""{"stored":7,"duplicate":0,"rejected":0,"results":[]}""")]
    [InlineData("{}")]
    [InlineData("")]
    public async Task A_200_that_is_no_verdict_on_every_line_stores_nothing(string body)
    {
        _service.Answer = number => number <= 2 ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body) } : null;
        await using var client = Client();
        client.Track(Some.Completion());
        (await FlushOverPausesAsync(client)).ShouldBeTrue();
        client.Counters.ShouldBe(new ClientCounters { Accepted = 1, Sent = 1, Retries = 2 });
    }

    [Fact]
    public async Task What_is_refused_is_counted_kept_aside_with_the_reason_and_not_sent_again()
    {
        await using var client = Client();
        foreach (var task in new[] { "a", "bad", "b" }) client.Track(Some.Completion(task));
        (await FlushOverPausesAsync(client)).ShouldBeTrue();
        client.Track(Some.Completion("bad"));
        (await FlushOverPausesAsync(client)).ShouldBeTrue();
        client.Counters.ShouldBe(new ClientCounters { Accepted = 4, Sent = 2, Rejected = 2 });
        _folder.Rejected.Length.ShouldBe(2);
        var kept = JsonElement.Parse(_folder.Rejected[0]);
        kept.GetProperty("reason").GetString().ShouldBe("it says \"bad\"");
        kept.GetProperty("record").GetProperty("task_id").GetString().ShouldBe("bad");
    }

    [Theory]
    [InlineData(413)]
    [InlineData(400)]
    [InlineData(415)]
    public async Task A_request_that_is_not_taken_is_halved_until_only_what_spoils_it_is_refused(int status)
    {
        bool IsSpoiled() => _service.Requests.Last().Lines.Any(line => line.Contains("\"spoils\"", StringComparison.Ordinal));
        _service.Answer = _ => IsSpoiled() ? FakeService.Status(status) : null;
        await using var client = Client();
        for (var i = 0; i < 20; i++) client.Track(Some.Completion(i == 13 ? "spoils" : $"t{i}"));
        (await FlushOverPausesAsync(client)).ShouldBeTrue();
        _service.Tasks.Order().ShouldBe(Enumerable.Range(0, 20).Where(i => i != 13).Select(i => $"t{i}").Order());
        client.Counters.ShouldBe(new ClientCounters { Accepted = 20, Sent = 19, Rejected = 1 });
    }

    [Fact]
    public async Task An_answer_that_does_not_come_is_given_up_after_the_request_timeout()
    {
        using var hanging = new HangingHandler();
        var options = Options();
        options.RequestTimeout = TimeSpan.FromSeconds(17);
        options.StopTimeout = TimeSpan.Zero;
        await using var client = new PipelineMetricsClient(options, handler: hanging, clock: _clock);
        client.Track(Some.Completion());
        await hanging.Asked;
        (await _clock.UntilWaitedForAsync(TimeSpan.FromSeconds(17), TimeSpan.FromSeconds(17))).ShouldBe(TimeSpan.FromSeconds(17));
        _clock.Advance(TimeSpan.FromSeconds(17));
        await hanging.GivenUp;
    }

    [Fact]
    public async Task The_key_and_the_path_of_the_address_are_used()
    {
        var options = Options();
        (options.ApiKey, options.Address) = ("secret-key", new Uri("https://metrics.example/behind/"));
        await using var client = new PipelineMetricsClient(options, handler: _service, clock: _clock);
        client.Track(Some.Completion());
        (await FlushOverPausesAsync(client)).ShouldBeTrue();
        var request = _service.Requests.Single().Request;
        request.RequestUri!.ToString().ShouldBe("https://metrics.example/behind/api/agent/tasks/completions/batch");
        request.Headers.Authorization!.ToString().ShouldBe("Bearer secret-key");
        request.Content!.Headers.ContentType!.MediaType.ShouldBe("application/x-ndjson");
    }

    [Fact]
    public async Task Records_wait_for_each_other_as_long_as_they_are_told_and_no_longer()
    {
        var options = Options();
        options.FlushInterval = TimeSpan.FromSeconds(2);
        await using var client = new PipelineMetricsClient(options, handler: _service, clock: _clock);
        client.Track(Some.Completion("a"));
        await _clock.UntilWaitedForAsync(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        client.Track(Some.Completion("b"));
        _service.Requests.ShouldBeEmpty();
        _clock.Advance(TimeSpan.FromSeconds(2));
        await _service.UntilAskedAsync();
        _service.Requests.Single().Lines.Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_full_batch_waits_for_nobody_and_batches_are_bounded()
    {
        var options = Options();
        (options.FlushInterval, options.SpoolFileBytes) = (TimeSpan.FromMinutes(1), 4 << 20);
        await using var client = new PipelineMetricsClient(options, handler: _service, clock: _clock);
        for (var i = 0; i < Batch.MostLines; i++) client.Track(Some.Completion($"t{i}"));
        await _service.UntilAskedAsync();
        for (var i = 0; i < 3000; i++) client.Track(Some.Completion($"u{i}"));
        (await FlushOverPausesAsync(client)).ShouldBeTrue();
        _service.Requests.ShouldAllBe(request => request.Lines.Length <= Batch.MostLines);
        _service.Stored.Count.ShouldBe(3000 + Batch.MostLines);
    }

    [Fact]
    public void Pauses_double_up_to_their_bound_and_are_spread_over_all_of_it()
    {
        var failed = new BatchAnswer(AnswerKind.TryAgain, "");
        var longest = new RetryDelays(MaxDelay, () => 1);
        Enumerable.Range(0, 10).Select(_ => longest.After(failed).TotalSeconds).ShouldBe([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30]);
        longest.Reset();
        longest.After(failed).TotalSeconds.ShouldBe(0.2);
        new RetryDelays(MaxDelay, () => 0).After(failed).ShouldBe(TimeSpan.Zero);
        new RetryDelays(MaxDelay, () => 0.5).After(failed with { Kind = AnswerKind.NotAllowed }).ShouldBe(MaxDelay / 2);
        new RetryDelays(MaxDelay, () => 0.5).After(failed with { RetryAfter = TimeSpan.FromMinutes(2) }).ShouldBe(TimeSpan.FromSeconds(120.1));
    }

    [Fact]
    public async Task A_stop_takes_as_long_as_it_may_and_leaves_the_rest_in_the_spool()
    {
        _service.Answer = _ => FakeService.Status(503, ("Retry-After", "3000"));
        var options = Options();
        options.StopTimeout = TimeSpan.FromSeconds(5);
        var client = new PipelineMetricsClient(options, handler: _service, clock: _clock);
        client.Track(Some.Completion());
        await _service.UntilAskedAsync();
        var stopping = client.StopAsync();
        await _clock.UntilWaitedForAsync(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5));
        stopping.IsCompleted.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromSeconds(5));
        await stopping.WaitAsync(Some.Long);
        _folder.Files.ShouldHaveSingleItem();
    }

    /// <summary>Flushes while the clock runs on from pause to pause.</summary>
    private async Task<bool> FlushOverPausesAsync(PipelineMetricsClient client)
    {
        var flushing = client.FlushAsync(TimeSpan.FromDays(1));
        while (!flushing.IsCompleted)
        {
            var waited = _clock.UntilWaitedForAsync(TimeSpan.FromTicks(1), MaxDelay + TimeSpan.FromMilliseconds(1));
            if (await Task.WhenAny(flushing, waited) == waited) _clock.Advance(await waited);
        }
        return await flushing;
    }

    private async Task ShouldWaitForAsync(PipelineMetricsClient client, TimeSpan asked)
    {
        var flushing = client.FlushAsync(TimeSpan.FromDays(1));
        var wait = await _clock.UntilWaitedForAsync(asked, asked + TimeSpan.FromSeconds(1));
        _clock.Advance(asked - TimeSpan.FromMilliseconds(1));
        _service.Requests.Count.ShouldBe(1);
        flushing.IsCompleted.ShouldBeFalse();
        _clock.Advance(wait - asked + TimeSpan.FromMilliseconds(1));
        (await flushing.WaitAsync(Some.Long)).ShouldBeTrue();
        _service.Requests.Count.ShouldBe(2);
    }

    private PipelineMetricsClientOptions Options()
    {
        var options = Some.Options(_folder);
        (options.MaxRetryDelay, options.RequestTimeout) = (MaxDelay, TimeSpan.FromMinutes(9));
        return options;
    }

    private PipelineMetricsClient Client() => new(Options(), handler: _service, clock: _clock);

    private sealed class HangingHandler : HttpMessageHandler
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task.WaitAsync(Some.Long);

        public Task GivenUp => _givenUp.Task.WaitAsync(Some.Long);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            _asked.TrySetResult();
            await using var registration = cancellationToken.Register(() => _givenUp.TrySetResult());
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("it never comes here");
        }
    }
}
