using System.IO.Compression;
using System.Net;
using System.Text;
using PipelineMetrics.Contracts;
using static PipelineMetrics.Api.Tests.Calls;

namespace PipelineMetrics.Api.Tests.Import;

public sealed class ImportTests : IAsyncLifetime
{
    private const string Adr = """{"eventType":"task:started","entityType":"task","entityId":"a","chainId":"c","timestamp":"2025-12-06T00:00:00Z"}""";
    private const string Spec = """{"task_id":"b","task_type":"TaskType.SPEC","model":"m","duration_seconds":5,"status":"failed","created_at":"2025-12-06T00:00:00Z"}""";
    private const string Native = """{"event_type":"chain:created","entity_id":"c","timestamp":"2025-12-06T00:00:00Z","id":"n"}""";
    private readonly ServiceUnderTest _service = new() { Settings = { ["limits:line_bytes"] = "4096" } };
    private HttpClient _client = null!;

    public async Task InitializeAsync() => _client = await _service.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Lines_of_every_format_are_taken_and_the_bad_ones_named_by_their_number()
    {
        var answer = await _client.Import($"\uFEFF{Adr}\r\n\n{Spec}\n{{\"task_id\":\n{Native}\n{new string('x', 5000)}\n{Spec}");
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
        Counts(answer).ShouldBe("read 6 imported 4 duplicate 0 rejected 2 completions 2 events 2");
        (answer["first_seq"].GetInt64(), answer["last_seq"].GetInt64()).ShouldBe((1, 4));
        answer["rejected"].EnumerateArray().Select(r => $"{r.GetProperty("line")} {r.GetProperty("code")}").ShouldBe(["4 invalid_json", "6 line_too_long"]);
        var warning = answer["warnings"].EnumerateArray().ShouldHaveSingleItem();
        (warning.GetProperty("warning").GetString(), warning.GetProperty("lines").GetInt32()).ShouldBe(("task_type 'TaskType.SPEC' was taken for 'spec'", 2));
    }

    [Fact]
    public async Task A_dry_run_answers_the_same_and_writes_nothing()
    {
        var body = $"{Adr}\n{Adr}\n{Native}\n{Native}\nnonsense\n";
        var dry = await _client.Import(body, "?dry_run=true");
        (dry["dry_run"].GetBoolean(), Counts(dry)).ShouldBe((true, "read 5 imported 3 duplicate 1 rejected 1 completions 0 events 3"));
        dry.Json.TryGetProperty("first_seq", out _).ShouldBeFalse();
        Directory.GetFiles(_service.LogDirectory, "*.jsonl").Sum(f => new FileInfo(f).Length).ShouldBe(0);
        var answer = await _client.Import(body);
        (answer.Json.TryGetProperty("dry_run", out _), Counts(answer)).ShouldBe((false, Counts(dry)));
        Counts(await _client.Import(body)).ShouldBe("read 5 imported 0 duplicate 4 rejected 1 completions 0 events 0");
    }

    [Fact]
    public async Task Imported_facts_count_by_their_own_time()
    {
        await _client.Import($"{Spec}\n{Spec.Replace("2025-12-06T00:00:00Z", $"{DateTimeOffset.UtcNow:yyyy-MM-dd'T'HH:mm:ss'Z'}", StringComparison.Ordinal)}");
        (await _client.Metrics())["success_rate"].GetProperty("total").GetInt32().ShouldBe(1);
        (await _client.Metrics("?since=2025-12-06T00:00:00Z&until=2025-12-06T00:00:01Z&source=import&task_type=spec"))["success_rate"].GetProperty("failed").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_compressed_body_and_an_array_are_taken_too()
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Repeat(Spec, 3000))));
        var answer = await _client.SendBytes(HttpMethod.Post, Routes.Import, zipped.ToArray(), Ndjson, ("Content-Encoding", "gzip"));
        Counts(answer).ShouldBe("read 3000 imported 3000 duplicate 0 rejected 0 completions 3000 events 0");
        Counts(await _client.Import($"[{Adr}, {Native},5]", mediaType: "application/json")).ShouldBe("read 3 imported 2 duplicate 0 rejected 1 completions 0 events 2");
    }

    [Theory]
    [InlineData("", Ndjson)]
    [InlineData("\n \r\n", Ndjson)]
    [InlineData("[]", "application/json")]
    public async Task Nothing_sent_is_nothing_imported(string body, string mediaType) =>
        Counts(await _client.Import(body, mediaType: mediaType)).ShouldBe("read 0 imported 0 duplicate 0 rejected 0 completions 0 events 0");

    [Fact]
    public async Task A_body_that_breaks_off_says_what_is_durable()
    {
        var answer = await _client.Import($"[{Adr},{Native},5,{{", mediaType: "application/json");
        (answer.Status, answer.Code).ShouldBe((HttpStatusCode.BadRequest, "bad_request"));
        Counts(answer).ShouldBe("read 3 imported 2 duplicate 0 rejected 1 completions 0 events 2");
    }

    [Theory]
    [InlineData("?format=adr009", "format")]
    [InlineData("?dry_run=yes", "dry_run")]
    [InlineData("?dryrun=true", "dryrun")]
    public async Task What_cannot_be_asked_is_a_400_that_names_it(string query, string field)
    {
        var answer = await _client.Import(Adr, query);
        (answer.Status, answer["errors"][0].GetProperty("field").GetString()).ShouldBe((HttpStatusCode.BadRequest, field));
    }

    [Theory]
    [InlineData("adr-009", "imported 1")]
    [InlineData("spec-026", "imported 1")]
    [InlineData("native", "imported 2")]
    [InlineData("detect", "imported 3")]
    public async Task A_format_may_be_said(string format, string imported) =>
        Counts(await _client.Import($"{Adr}\n{Spec}\n{Native}", $"?format={format}")).ShouldContain(imported);

    [Fact]
    public async Task Another_kind_of_body_is_a_415() => (await _client.Import(Adr, mediaType: "text/plain")).Status.ShouldBe(HttpStatusCode.UnsupportedMediaType);

    private static string Counts(Answer answer) =>
        $"read {answer["read"]} imported {answer["imported"]} duplicate {answer["duplicate"]} rejected {answer["rejected_count"]} completions {answer["completions"]} events {answer["events"]}";
}
