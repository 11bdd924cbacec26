using System.Net;
using PipelineMetrics.Contracts;
using static PipelineMetrics.Api.Tests.Calls;

namespace PipelineMetrics.Api.Tests.Events;

public sealed class HistoryTests : IAsyncLifetime
{
    private readonly ServiceUnderTest _service = new();
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _client = await _service.StartAsync();
        await _client.PostEvents(Event("chain:created", "c"));
        await _client.Post(Completion("a", ",\"chain_id\":\"c\""));
        await _client.PostTask("""{"task_id":"b","chain_id":"c","direction":"d"}""");
        await _client.PostEvents(Event("task:failed", "b", ",\"chain_id\":\"c\",\"timestamp\":\"2025-01-01T00:00:00Z\""));
        await _client.PostEvents(Event("request:created", "r"));
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Theory]
    [InlineData("", "1 2 3 4 5")]
    [InlineData("?order=desc", "5 4 3 2 1")]
    [InlineData("?order=asc&follow=false", "1 2 3 4 5")]
    [InlineData("?limit=2&order=desc", "5 4")]
    [InlineData("?cursor=3", "4 5")]
    [InlineData("?cursor=3&order=desc", "2 1")]
    [InlineData("?cursor=99", "")]
    [InlineData("?cursor=latest&order=desc", "4 3 2 1")]
    [InlineData("?event_type=task:completed", "2")]
    [InlineData("?event_type=task:failed&event_type=task:created", "3 4")]
    [InlineData("?entity_type=task", "2 3 4")]
    [InlineData("?entity_id=r", "5")]
    [InlineData("?task_id=a&task_id=b", "2 3 4")]
    [InlineData("?task_id=c", "")]
    [InlineData("?chain_id=c", "1 2 3 4")]
    [InlineData("?request_id=r", "5")]
    [InlineData("?since=1h", "1 2 3 5")]
    [InlineData("?window=1h", "1 2 3 5")]
    [InlineData("?until=2025-01-02T00:00:00Z", "4")]
    [InlineData("?chain_id=c&event_type=task:failed&since=2024-12-31T23:00:00-01:00&until=2025-01-01T00:00:00.001Z", "4")]
    public async Task The_history_is_shown_by_number_and_filtered(string query, string numbers)
    {
        var answer = await _client.Get(Routes.Events + query);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
        string.Join(' ', answer["items"].EnumerateArray().Select(l => l.GetProperty("seq").GetInt64())).ShouldBe(numbers);
    }

    [Fact]
    public async Task Lines_are_shown_as_they_stand_in_the_log()
    {
        var items = (await _client.Get(Routes.Events))["items"].EnumerateArray().Select(l => l.GetRawText());
        items.ShouldBe(new[] { "events.jsonl", "metrics.jsonl" }.SelectMany(f => File.ReadLines(Path.Combine(_service.LogDirectory, f))), ignoreOrder: true);
    }

    [Theory]
    [InlineData("asc")]
    [InlineData("desc")]
    public async Task Pages_lead_from_one_to_the_next(string order)
    {
        var (seen, cursor) = (new List<long>(), "");
        do
        {
            var page = await _client.Get($"{Routes.Events}?limit=2&order={order}{cursor}");
            seen.AddRange(page["items"].EnumerateArray().Select(l => l.GetProperty("seq").GetInt64()));
            cursor = page.Json.TryGetProperty("next", out var next) ? $"&cursor={next.GetString()}" : "";
        }
        while (cursor.Length > 0);
        seen.ShouldBe(order == "asc" ? [1, 2, 3, 4, 5] : [5, 4, 3, 2, 1]);
    }

    [Theory]
    [InlineData("?evnt_type=x", "evnt_type")]
    [InlineData("?event_type=", "event_type")]
    [InlineData("?limit=0", "limit")]
    [InlineData("?limit=1001", "limit")]
    [InlineData("?order=down", "order")]
    [InlineData("?follow=yes", "follow")]
    [InlineData("?follow=true&limit=5", "limit")]
    [InlineData("?follow=true&order=desc", "order")]
    [InlineData("?cursor=-1", "cursor")]
    [InlineData("?cursor=1.", "cursor")]
    [InlineData("?cursor=99999999999999999999", "cursor")]
    [InlineData("?cursor=%D9%A1", "cursor")]
    [InlineData("?since=1h&window=1h", "window")]
    [InlineData("?since=yesterday", "since")]
    [InlineData("/stream?limit=1", "limit")]
    [InlineData("/stream?cursor=x", "cursor")]
    public async Task What_cannot_be_asked_is_a_400_that_names_it(string query, string field)
    {
        var answer = await _client.Get(Routes.Events + query);
        answer.Status.ShouldBe(HttpStatusCode.BadRequest, answer.Body);
        answer["errors"].EnumerateArray().Select(e => e.GetProperty("field").GetString()).ShouldContain(field);
    }

    [Fact]
    public async Task Lines_of_another_program_stand_where_their_file_has_them()
    {
        await File.AppendAllTextAsync(Path.Combine(_service.LogDirectory, "metrics.jsonl"),
            """{"task_id":"f1","duration_seconds":1,"status":"completed","created_at":"2026-01-01T00:00:00Z"}""" + "\n"
            + """{"task_id":"f2","duration_seconds":1,"status":"completed","created_at":"2026-01-01T00:00:00Z"}""" + "\n");
        await _client.PostEvents(Event("chain:completed", "c"));
        var first = await _client.Get($"{Routes.Events}?limit=5");
        string.Join(' ', first["items"].EnumerateArray().Select(Name)).ShouldBe("1 2 3 4 f1");
        first["next"].GetString().ShouldBe("4.1");
        string.Join(' ', (await _client.Get($"{Routes.Events}?cursor=4.1"))["items"].EnumerateArray().Select(Name)).ShouldBe("f2 5 6");
    }

    private static string Name(System.Text.Json.JsonElement line) => line.TryGetProperty("seq", out var seq) ? seq.GetRawText() : line.GetProperty("task_id").GetString()!;
}
