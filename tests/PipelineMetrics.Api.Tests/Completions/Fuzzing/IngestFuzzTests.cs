using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using PipelineMetrics.Contracts;
using PipelineMetrics.Log;
using Xunit.Abstractions;

namespace PipelineMetrics.Api.Tests.Completions.Fuzzing;

/// <summary>Bodies that are nearly right, by the thousand: each gets an answer that can be read, and the log holds what was answered.</summary>
public sealed class IngestFuzzTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly ServiceUnderTest _service = new() { Settings = { ["limits:line_bytes"] = "1024", ["limits:body_bytes"] = "1024" } };
    private readonly ConcurrentDictionary<string, int> _answers = new();
    private HttpClient _client = null!;
    private long _stored;

    public async Task InitializeAsync()
    {
        // A real socket, so that chunks are chunks.
        _service.ListenOnASocket();
        _client = await _service.StartAsync();
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Whatever_is_sent_the_answer_is_well_formed_and_the_log_holds_what_it_says()
    {
        var inputs = ProofSize.Cases(3000, 1_000_000);
        await Parallel.ForEachAsync(Enumerable.Range(0, inputs), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (seed, _) => await SendAsync(seed));
        var report = JournalVerifier.Verify(new RealDisk(), new LogOptions { Directory = _service.LogDirectory });
        report.Damage.ShouldBeEmpty();
        (report.Lines, report.LastSeq).ShouldBe((_stored, _stored));
        await FiguresCanBeReadAsync();
        output.WriteLine($"{inputs} inputs, {_stored} lines stored: {string.Join(", ", _answers.OrderBy(a => a.Key).Select(a => $"{a.Key} {a.Value}"))}");
    }

    private async Task SendAsync(int seed)
    {
        // Some come again, byte for byte, as after a lost answer.
        var mutator = new Mutator(seed % 8 == 7 && seed > 30 ? seed - (3 * (1 + (seed % 9))) : seed);
        var (kind, body) = (seed % 3) switch
        {
            0 => ("one", mutator.Record()),
            1 => ("lines", mutator.Batch(isArray: false)),
            _ => ("array", mutator.Batch(isArray: true)),
        };
        try
        {
            using var request = Request(kind, body, mutator.Random);
            using var response = await _client.SendAsync(request);
            Judge(kind, body, response.StatusCode, await response.Content.ReadAsStringAsync());
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Input {seed} ({kind}): {e.Message}\n{Encoding.UTF8.GetString(body)}", e);
        }
    }

    private static HttpRequestMessage Request(string kind, byte[] body, Random random)
    {
        var mediaType = kind == "lines" ? Calls.Ndjson : "application/json";
        HttpContent content = random.Next(2) == 0 ? new ChunkedContent(body, mediaType, random) : new ByteArrayContent(body);
        content.Headers.ContentType = new(mediaType);
        var query = kind != "one" && random.Next(3) == 0 ? "?verdicts=all" : "";
        var request = new HttpRequestMessage(HttpMethod.Post, (kind == "one" ? Routes.Completions : Routes.CompletionBatch) + query) { Content = content };
        if (random.Next(10) == 0) request.Headers.Add("Prefer", "handling=strict");
        if (random.Next(10) == 0) request.Headers.TryAddWithoutValidation("Idempotency-Key", random.Next(3) == 0 ? "\" \"" : $"run-{random.Next(200)}");
        return request;
    }

    private void Judge(string kind, byte[] sent, HttpStatusCode status, string body)
    {
        ((int)status).ShouldBeInRange(200, 499, body);
        _answers.AddOrUpdate($"{kind} {(int)status}", 1, (_, n) => n + 1);
        var answer = JsonElement.Parse(body);
        if ((int)status >= 400) ShouldBeAProblem(answer, status);
        if (kind == "one") JudgeOne(answer, status);
        else JudgeBatch(answer, status, kind == "lines" ? Lines(sent) : Elements(sent));
    }

    // Cut the obvious way; what is judged cuts while it arrives.
    private static int? Lines(byte[] sent) => Encoding.Latin1.GetString(sent).Split('\n').Count(line => line.Trim(' ', '\t', '\r').Length > 0);

    private static int? Elements(byte[] sent)
    {
        try
        {
            return JsonElement.Parse(sent).GetArrayLength();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static void ShouldBeAProblem(JsonElement answer, HttpStatusCode status)
    {
        answer.GetProperty("status").GetInt32().ShouldBe((int)status);
        answer.GetProperty("code").GetString().ShouldNotBeNullOrEmpty();
        answer.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
    }

    private void JudgeOne(JsonElement answer, HttpStatusCode status)
    {
        status.ShouldBeOneOf(
            HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.NotFound, HttpStatusCode.Conflict,
            HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.UnprocessableEntity);
        if ((int)status >= 400) return;
        answer.GetProperty("id").GetString().ShouldNotBeNullOrEmpty();
        if (status != HttpStatusCode.Created) return;
        answer.GetProperty("seq").GetInt64().ShouldBePositive();
        Interlocked.Increment(ref _stored);
    }

    private void JudgeBatch(JsonElement answer, HttpStatusCode status, int? records)
    {
        status.ShouldBeOneOf(
            HttpStatusCode.OK, HttpStatusCode.MultiStatus, HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.UnprocessableEntity);
        if (!answer.TryGetProperty("stored", out var kept))
        {
            // The header was wrong, so nothing of the body was looked at.
            answer.GetProperty("errors")[0].GetProperty("field").GetString().ShouldBe("Idempotency-Key");
            return;
        }
        var (stored, duplicate, rejected) = (kept.GetInt64(), answer.GetProperty("duplicate").GetInt64(), answer.GetProperty("rejected").GetInt64());
        if (status == HttpStatusCode.OK) rejected.ShouldBe(0);
        if (status == HttpStatusCode.MultiStatus) (stored > 0 && rejected > 0).ShouldBeTrue();
        if (status == HttpStatusCode.UnprocessableEntity) (stored == 0 && rejected > 0).ShouldBeTrue();
        answer.GetProperty("results").EnumerateArray().Count(r => r.TryGetProperty("reason", out _)).ShouldBe((int)rejected);
        if (records is not null) JudgeWhole(status, stored + rejected, records.Value);
        duplicate.ShouldBeInRange(0, stored);
        Interlocked.Add(ref _stored, stored - duplicate);
    }

    // Only a record that is too long ends a batch that can be cut: each other one is judged on its own.
    private static void JudgeWhole(HttpStatusCode status, long judged, int records)
    {
        status.ShouldNotBe(HttpStatusCode.BadRequest);
        if (status == HttpStatusCode.RequestEntityTooLarge) judged.ShouldBeLessThan(records);
        else judged.ShouldBe(records);
    }

    private async Task FiguresCanBeReadAsync()
    {
        foreach (var query in new[] { "", "?window=3660d", "?detail=full&group_by=task_type,model,outcome", "?since=0001-01-01T00:00:00Z" })
        {
            var answer = await _client.Metrics(query);
            answer.Status.ShouldBe(HttpStatusCode.OK, $"{query}: {answer.Body}");
            answer.Json.ValueKind.ShouldBe(JsonValueKind.Object);
        }
    }
}
