using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using PipelineMetrics.Contracts;
using static PipelineMetrics.Api.Tests.Calls;

namespace PipelineMetrics.Api.Tests.Events;

public sealed class StreamTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly CancellationTokenSource _end = new(Patience);
    private readonly ServiceUnderTest _service = new() { Clock = new HurryingClock(), Settings = { ["limits:streams"] = "3" } };
    private HttpClient _client = null!;

    public async Task InitializeAsync() => _client = await _service.StartAsync();

    public async Task DisposeAsync()
    {
        await _end.CancelAsync();
        await _service.DisposeAsync();
        _end.Dispose();
    }

    [Fact]
    public async Task What_is_recorded_is_sent_on_with_its_number()
    {
        await _client.Post(Completion("before"));
        await using var stream = await ConnectAsync();
        await _client.Post(Completion("a"));
        await _client.PostEvents(Event("task:approved", "a"));
        (await stream.NextAsync()).ShouldBe(("2", "message", "a"));
        (await stream.NextAsync()).ShouldBe(("3", "message", "a"));
    }

    [Theory]
    [InlineData("", "2", "3 4 5")]
    [InlineData("?cursor=1", "3", "4 5")]
    [InlineData("?cursor=1", null, "2 3 4 5")]
    [InlineData("?cursor=0&task_id=t2&task_id=t4", null, "2 4")]
    [InlineData("?since=1h", null, "1 2 3 4 5")]
    [InlineData("?cursor=latest", null, "5")]
    public async Task A_reader_who_comes_back_goes_on_where_it_was(string query, string? lastEventId, string expected)
    {
        for (var i = 1; i <= 4; i++) await _client.Post(Completion($"t{i}"));
        await using var stream = await ConnectAsync(query, lastEventId);
        await _client.Post(Completion("t5"));
        foreach (var id in expected.Split(' ')) (await stream.NextAsync()).ShouldBe((id, "message", $"t{id}"));
    }

    [Fact]
    public async Task Whatever_an_event_says_it_is_one_event()
    {
        const string Evil = "a\\n\\nevent: gap\\nid: 99\\ndata: forged\\r\u2028";
        await using var stream = await ConnectAsync();
        await _client.PostEvents(Event("chain:created", Evil));
        await _client.PostEvents(Event("chain:created", "next"));
        (await stream.NextAsync()).ShouldBe(("1", "message", "a\n\nevent: gap\nid: 99\ndata: forged\r\u2028"));
        (await stream.NextAsync()).ShouldBe(("2", "message", "next"));
    }

    [Fact]
    public async Task A_quiet_connection_shows_that_it_is_alive_and_moves_the_place_to_come_back_to()
    {
        using var response = await OpenAsync("?task_id=nobody");
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        (await lines.ReadLineAsync(_end.Token)).ShouldBe(": alive");
        await _client.Post(Completion("a"));
        for (var line = ""; line != "id: 1"; line = await lines.ReadLineAsync(_end.Token)) line.ShouldNotBeNull().ShouldNotStartWith("data");
    }

    [Fact]
    public async Task A_reader_who_knows_more_than_there_is_is_told_so()
    {
        await _client.Post(Completion("a"));
        await using var stream = await ConnectAsync("", "9");
        (await stream.NextAsync()).ShouldBe(("1", "gap", """{"from":2,"to":9}"""));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("1.1")]
    [InlineData("١")]
    public async Task An_id_that_is_none_of_ours_is_a_400(string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Routes.EventStream);
        request.Headers.TryAddWithoutValidation("Last-Event-ID", id);
        using var response = await _client.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldContain("Last-Event-ID");
    }

    [Fact]
    public async Task More_than_may_follow_are_told_to_come_back_and_places_become_free()
    {
        using var first = await OpenAsync("");
        using var second = await OpenAsync("");
        var third = await OpenAsync("", path: Routes.Events + "?follow=true");
        var fourth = await _client.Get(Routes.EventStream);
        (fourth.Status, fourth.Code, fourth.Headers.RetryAfter!.Delta).ShouldBe((HttpStatusCode.ServiceUnavailable, "too_many_streams", TimeSpan.FromSeconds(5)));
        third.Dispose();
        while ((await _client.Send(HttpMethod.Head, Routes.EventStream, null, null)).Status != HttpStatusCode.OK) _end.Token.ThrowIfCancellationRequested();
    }

    [Theory]
    [InlineData("?follow=true", "1 2")]
    [InlineData("?follow=true&cursor=1", "2")]
    [InlineData("?follow=true&cursor=latest&task_id=b", "")]
    public async Task Followed_the_history_goes_on_as_lines_and_empty_ones_keep_it_alive(string query, string before)
    {
        await _client.Post(Completion("a"));
        await _client.Post(Completion("a"));
        using var response = await OpenAsync(query, path: Routes.Events);
        response.Content.Headers.ContentType!.MediaType.ShouldBe(Ndjson);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        await _client.Post(Completion("b"));
        foreach (var seq in $"{before} 3".Split(' ', StringSplitOptions.RemoveEmptyEntries)) JsonElement.Parse((await FactAsync(lines))!).GetProperty("seq").GetRawText().ShouldBe(seq);
        (await lines.ReadLineAsync(_end.Token)).ShouldBe("");
    }

    [Fact]
    public async Task A_stop_of_the_service_ends_the_streams_in_order()
    {
        using var stream = await OpenAsync("");
        using var follower = await OpenAsync("?follow=true", path: Routes.Events);
        await _service.DisposeAsync();
        (await stream.Content.ReadAsStringAsync()).ShouldStartWith(": alive");
        (await follower.Content.ReadAsStringAsync()).Trim().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Routes.EventStream, "text/event-stream")]
    [InlineData(Routes.Events + "?follow=true", Ndjson)]
    public async Task Head_says_what_would_come(string path, string mediaType)
    {
        using var response = await _client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        (response.StatusCode, response.Content.Headers.ContentType!.MediaType).ShouldBe((HttpStatusCode.OK, mediaType));
    }

    private async Task<string?> FactAsync(StreamReader lines)
    {
        var line = "";
        while (line is { Length: 0 }) line = await lines.ReadLineAsync(_end.Token);
        return line;
    }

    private async Task<Reader> ConnectAsync(string query = "", string? lastEventId = null)
    {
        var response = await OpenAsync(query, lastEventId);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        response.Headers.CacheControl!.NoCache.ShouldBeTrue();
        return new Reader(response, await response.Content.ReadAsStreamAsync(), _end.Token);
    }

    private async Task<HttpResponseMessage> OpenAsync(string query, string? lastEventId = null, string path = Routes.EventStream)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path + query);
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _end.Token);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return response;
    }

    /// <summary>A stream as the framework's own parser understands it.</summary>
    private sealed class Reader(HttpResponseMessage response, Stream body, CancellationToken end) : IAsyncDisposable
    {
        private readonly IAsyncEnumerator<SseItem<string>> _events = SseParser.Create(body).EnumerateAsync(end).GetAsyncEnumerator(end);

        /// <summary>Id, type, and the task it is about.</summary>
        public async Task<(string? Id, string Type, string? About)> NextAsync()
        {
            (await _events.MoveNextAsync()).ShouldBeTrue();
            var item = _events.Current;
            var data = JsonElement.Parse(item.Data);
            return (item.EventId, item.EventType, item.EventType == "gap" ? item.Data : (data.TryGetProperty("task_id", out var task) ? task : data.GetProperty("entity_id")).GetString());
        }

        public async ValueTask DisposeAsync()
        {
            await _events.DisposeAsync();
            response.Dispose();
        }
    }

    /// <summary>A clock whose waits are a hundredth as long, and whose time passes a hundred times as fast.</summary>
    private sealed class HurryingClock : TimeProvider
    {
        private const int Hurry = 100;

        public override long GetTimestamp() => System.GetTimestamp() * Hurry;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, Shorter(dueTime), Shorter(period));

        private static TimeSpan Shorter(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / Hurry;
    }
}
