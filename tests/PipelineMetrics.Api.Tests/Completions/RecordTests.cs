using System.Net;
using PipelineMetrics.Contracts;
using static PipelineMetrics.Api.Tests.Calls;

namespace PipelineMetrics.Api.Tests.Completions;

public sealed class RecordTests : IAsyncLifetime
{
    private readonly ServiceUnderTest _service = new();
    private HttpClient _client = null!;

    public async Task InitializeAsync() => _client = await _service.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task A_stored_completion_is_a_201_whose_location_shows_its_line()
    {
        var answer = await _client.Post(Completion("t-1", ""","unheard_of":1.50"""));
        answer.Status.ShouldBe(HttpStatusCode.Created);
        answer["warnings"][0].GetString().ShouldBe("unknown field 'unheard_of'");
        var shown = await _client.Get(answer.Headers.Location!.ToString());
        shown.Body.ShouldBe(File.ReadLines(Path.Combine(_service.LogDirectory, "metrics.jsonl")).Single());
        shown.Body.ShouldContain("\"metadata\":{\"unheard_of\":1.50}");
        (await _client.Metrics())["success_rate"].GetProperty("total").GetInt32().ShouldBe(1);
    }

    [Theory]
    [InlineData("a/b"), InlineData(".."), InlineData("batch"), InlineData("x%2Fy"), InlineData("a b?c#d")]
    public async Task Whatever_the_id_its_address_leads_to_the_completion(string id)
    {
        var made = await _client.Post(Completion("t", $",\"id\":\"{id}\""));
        (await _client.Get(made.Headers.Location!.OriginalString))["id"].GetString().ShouldBe(id);
    }

    [Fact]
    public async Task The_same_again_is_a_200_and_something_else_a_409()
    {
        await _client.Post(Completion("t", ""","id":"x" """));
        var again = await _client.Post(Completion("t", ""","id":"x" """));
        (again.Status, again["duplicate"].GetBoolean(), again["id"].GetString()).ShouldBe((HttpStatusCode.OK, true, "x"));
        var other = await _client.Post(Completion("u", ""","id":"x" """));
        (other.Status, other.Code).ShouldBe((HttpStatusCode.Conflict, "id_conflict"));
    }

    [Fact]
    public async Task A_broken_rule_is_a_422_that_names_field_rule_and_value()
    {
        var answer = await _client.Post("""{"task_id":"t","duration_seconds":-1,"status":"done"}""");
        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer["errors"].EnumerateArray().Select(e => (e.GetProperty("field").GetString(), e.GetProperty("value").GetString()))
            .ShouldBe([("duration_seconds", "-1"), ("status", "\"done\"")]);
        answer["errors"][0].GetProperty("rule").GetString()!.ShouldContain("from 0 to 2592000");
    }

    [Theory]
    [InlineData("{\"task_id\":")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}{}")]
    [InlineData("""{"task_id":"a","task_id":"b","duration_seconds":1,"status":"completed"}""")]
    [InlineData("""{"task_id":"a","duration_seconds":"1","status":"completed"}""")]
    [InlineData("""{"task_id":"a","duration_seconds":1,"status":"completed","created_at":"2026-01-01T10:00:00"}""")]
    public async Task What_cannot_be_read_is_a_400_and_leaves_nothing(string body)
    {
        (await _client.Post(body)).Status.ShouldBe(HttpStatusCode.BadRequest);
        new FileInfo(Path.Combine(_service.LogDirectory, "metrics.jsonl")).Length.ShouldBe(0);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    public async Task A_body_of_another_kind_is_a_415(string? mediaType)
    {
        var answer = await _client.Send(HttpMethod.Post, Routes.Completions, Completion(), mediaType);
        (answer.Status, answer.Code).ShouldBe((HttpStatusCode.UnsupportedMediaType, "unsupported_media_type"));
        if (mediaType?.Contains("charset", StringComparison.Ordinal) != true) answer["detail"].GetString()!.ShouldContain("Content-Type: application/json");
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_a_413()
    {
        var answer = await _client.Post(Completion("t", $",\"error\":\"{new string('x', 1 << 20)}\""));
        (answer.Status, answer.Code).ShouldBe((HttpStatusCode.RequestEntityTooLarge, "payload_too_large"));
    }

    [Fact]
    public async Task The_idempotency_key_is_the_id()
    {
        (await _client.Post(Completion(), ("Idempotency-Key", "\"k\"")))["id"].GetString().ShouldBe("k");
        (await _client.Post(Completion("t", ""","id":"k" """), ("Idempotency-Key", "k"))).Status.ShouldBe(HttpStatusCode.OK);
        (await _client.Post(Completion("t", ""","id":"other" """), ("Idempotency-Key", "k"))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await _client.Post(Completion(), ("Idempotency-Key", new string('k', 128)))).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\" \"")]
    public async Task A_key_that_is_no_id_is_a_422(string key)
    {
        (await _client.Post(Completion(), ("Idempotency-Key", key)))["errors"][0].GetProperty("field").GetString().ShouldBe("Idempotency-Key");
        (await _client.Post(Completion(), ("Idempotency-Key", new string('k', 129)))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await _client.Post(Completion(), ("Idempotency-Key", "a"), ("Idempotency-Key", "b"))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        new FileInfo(Path.Combine(_service.LogDirectory, "metrics.jsonl")).Length.ShouldBe(0);
    }

    [Theory]
    [InlineData("handling=strict")]
    [InlineData("respond-async, handling = strict")]
    public async Task Who_prefers_strictness_has_unknown_fields_refused(string preference)
    {
        var answer = await _client.Post(Completion("t", ""","unheard_of":1"""), ("Prefer", preference));
        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer["errors"][0].GetProperty("field").GetString().ShouldBe("unheard_of");
    }

    [Fact]
    public async Task Our_own_line_can_be_posted_back()
    {
        await _client.Post(Completion("t", ""","id":"x","turns":3"""));
        var line = File.ReadLines(Path.Combine(_service.LogDirectory, "metrics.jsonl")).Single();
        (await _client.Post(line))["duplicate"].GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_corrected_completion_says_by_what()
    {
        await _client.Post(Completion("t", ""","id":"x" """));
        await _client.Post("""{"id":"r","revises":"x","turns":3}""");
        (await _client.Get($"{Routes.Completions}/x"))["superseded_by"].GetString().ShouldBe("r");
        (await _client.Post("""{"revises":"nobody","turns":3}""")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_unknown_completion_is_a_404()
    {
        var answer = await _client.Get($"{Routes.Completions}/nobody");
        (answer.Status, answer.Code).ShouldBe((HttpStatusCode.NotFound, "unknown_completion"));
    }
}
