using System.Net;
using System.Text;
using System.Text.Json;
using PipelineMetrics.Contracts;
using static PipelineMetrics.Api.Tests.Calls;

namespace PipelineMetrics.Api.Tests.Export;

public sealed class ExportTests : IAsyncLifetime
{
    private readonly ServiceUnderTest _service = new();
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _client = await _service.StartAsync();
        await _client.PostEvents(Event("chain:created", "c", ""","timestamp":"2026-01-01T00:00:00Z","id":"e1" """));
        await _client.Post(Completion("a", ""","chain_id":"c","id":"x","created_at":"2026-01-01T00:00:01Z" """));
        await _client.PostEvents(Event("task:started", "b", ""","agent":{"model":"m","tokens":{"input":1,"output":2}},"timestamp":"2026-01-01T00:00:02Z","id":"e2" """));
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Theory]
    [InlineData("", "1 2 3")]
    [InlineData("?kind=events", "1 3")]
    [InlineData("?kind=completions", "2")]
    [InlineData("?chain_id=c", "1 2")]
    [InlineData("?since=2026-01-01T00:00:01Z&until=2026-01-01T00:00:02Z", "2")]
    [InlineData("?event_type=task:completed&event_type=task:started&kind=events", "3")]
    public async Task The_lines_that_are_wanted_come_as_they_stand_in_the_log(string query, string seqs)
    {
        string[] stored = [.. Directory.GetFiles(_service.LogDirectory, "*.jsonl").SelectMany(File.ReadAllLines).OrderBy(SeqOf)];
        var lines = (await _client.Get(Routes.Export + query)).Body.Split('\n')[..^1];
        lines.ShouldBe(stored.Where(line => seqs.Split(' ').Contains($"{SeqOf(line)}")));
        var array = await _client.Get($"{Routes.Export}{(query.Length == 0 ? "?" : query + "&")}format=json");
        array.Json.EnumerateArray().Select(line => line.GetRawText()).ShouldBe(lines);
    }

    [Fact]
    public async Task It_is_a_file_to_be_saved()
    {
        using var answer = await _client.GetAsync(Routes.Export + "?format=csv", HttpCompletionOption.ResponseHeadersRead);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/csv; charset=utf-8");
        answer.Content.Headers.ContentDisposition!.ToString().ShouldMatch("^attachment; filename=\"pipeline-metrics-\\d{8}T\\d{6}Z.csv\"$");
        using var head = await _client.SendAsync(new HttpRequestMessage(HttpMethod.Head, Routes.Export));
        (head.StatusCode, (await head.Content.ReadAsByteArrayAsync()).Length).ShouldBe((HttpStatusCode.OK, 0));
    }

    [Fact]
    public async Task Nothing_recorded_is_an_empty_file()
    {
        await using var empty = new ServiceUnderTest();
        var client = await empty.StartAsync();
        (await client.Get(Routes.Export)).Body.ShouldBe("");
        (await client.Get(Routes.Export + "?format=json")).Json.GetArrayLength().ShouldBe(0);
        (await client.Get(Routes.Export + "?format=csv&kind=events")).Body.ShouldBe("id,timestamp,eventType,entityType,entityId,chainId,requestId,model,tokensInput,tokensOutput\r\n");
    }

    [Fact]
    public async Task Events_are_a_table_with_the_columns_of_ADR_009() =>
        (await _client.Get(Routes.Export + "?format=csv&kind=events")).Body.Split("\r\n")[1..].ShouldBe(
            ["e1,2026-01-01T00:00:00.000Z,chain:created,chain,c,,,,,", "e2,2026-01-01T00:00:02.000Z,task:started,task,b,,,m,1,2", ""]);

    [Fact]
    public async Task Completions_are_a_table_with_every_field()
    {
        await _client.Post(Completion("d", ""","error":"=1+1, \"quoted\"\nüber","quality_gates_run":["a","b"],"outcome_inferred":false,"metadata":{"k":[1.0]},"model":"-m","chain_id":"-5","context_utilization_final":0.5"""));
        var rows = Parsed((await _client.Get(Routes.Export + "?format=csv")).Body);
        rows.Count.ShouldBe(3);
        var fields = typeof(CompletionRequest).GetProperties().Select(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name));
        rows[0].ShouldBe(fields.Except(["task_duration_ms", "actual_cost_usd"]).Append("received_at"), ignoreOrder: true);
        rows[0][..7].ShouldBe(["task_id", "task_type", "model", "duration_seconds", "status", "created_at", "id"]);
        string Cell(int row, string column) => rows[row][rows[0].IndexOf(column)];
        (Cell(1, "task_id"), Cell(1, "id"), Cell(1, "duration_seconds"), Cell(1, "error")).ShouldBe(("a", "x", "5", ""));
        (Cell(2, "error"), Cell(2, "quality_gates_run"), Cell(2, "outcome_inferred")).ShouldBe(("'=1+1, \"quoted\"\nüber", """["a","b"]""", "false"));
        (Cell(2, "metadata"), Cell(2, "model"), Cell(2, "chain_id"), Cell(2, "context_utilization_final")).ShouldBe(("""{"k":[1.0]}""", "'-m", "-5", "0.5"));
    }

    [Theory]
    [InlineData("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0")]
    [InlineData("+1", "'+1")]
    [InlineData("-1.5", "-1.5")]
    [InlineData("-", "'-")]
    [InlineData("-1-1", "'-1-1")]
    [InlineData("-.5", "'-.5")]
    [InlineData("@sum(1)", "'@sum(1)")]
    [InlineData("\ttab", "'\ttab")]
    [InlineData("\rx", "\"'\rx\"")]
    [InlineData("＝1", "'＝1")]
    [InlineData("a=b", "a=b")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("😀", "😀")]
    public async Task No_text_becomes_a_formula(string text, string cell)
    {
        await _client.PostEvents(JsonSerializer.Serialize(new { event_type = "x:y", entity_id = text, entity_type = "z", timestamp = "2026-01-01T00:00:00Z", id = "f" }));
        (await _client.Get(Routes.Export + "?format=csv&entity_type=z&kind=events")).Body.ShouldEndWith($"f,2026-01-01T00:00:00.000Z,x:y,z,{cell},,,,,\r\n");
    }

    [Fact]
    public async Task Lines_of_other_programs_are_in_it_and_in_a_table_when_they_are_facts()
    {
        await File.AppendAllTextAsync(Path.Combine(_service.LogDirectory, "metrics.jsonl"),
            """{"status":"completed", "created_at":"2026-01-01T01:00:00+01:00","task_duration_ms":1500,"task_id":"f","what":1}""" + "\n" + """{"no":"fact"}""" + "\n");
        await _client.PostEvents(Event("chain:completed", "c"));
        var lines = (await _client.Get(Routes.Export)).Body.Split('\n');
        lines.ShouldContain("""{"no":"fact"}""");
        var rows = Parsed((await _client.Get(Routes.Export + "?format=csv")).Body);
        rows.Count.ShouldBe(3);
        rows[2][..6].ShouldBe(["f", "unknown", "unknown", "1.5", "completed", "2026-01-01T00:00:00.000Z"]);
        rows[2][^1].ShouldBe("""{"what":1}""");
    }

    [Fact]
    public async Task It_ends_with_what_was_there_when_it_began()
    {
        for (var i = 0; i < 20; i++) await _client.PostBatch(string.Join('\n', Enumerable.Range(0, 500).Select(n => Completion($"t{n}"))));
        using var answer = await _client.GetAsync(Routes.Export, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        await reader.ReadLineAsync();
        await _client.PostEvents(Event("chain:completed", "c"));
        (await reader.ReadToEndAsync()).Split('\n').Length.ShouldBe(10_003);
    }

    [Theory]
    [InlineData("?format=xml", "format")]
    [InlineData("?kind=tasks", "kind")]
    [InlineData("?limit=5", "limit")]
    [InlineData("?since=yesterday", "since")]
    public async Task What_cannot_be_asked_is_a_400_that_names_it(string query, string field)
    {
        var answer = await _client.Get(Routes.Export + query);
        (answer.Status, answer["errors"][0].GetProperty("field").GetString()).ShouldBe((HttpStatusCode.BadRequest, field));
    }

    [Fact]
    public async Task What_one_service_exports_another_answers_from()
    {
        await _client.PostEvents(Event("task:failed", "b", ""","timestamp":"2026-01-01T00:00:05Z","id":"y" """));
        await using var other = new ServiceUnderTest();
        var client = await other.StartAsync();
        (await client.Import((await _client.Get(Routes.Export)).Body))["imported"].GetInt32().ShouldBe(4);
        foreach (var question in new[] { Routes.Metrics + "?since=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00Z&detail=full&group_by=model,chain_id", Routes.Tasks, Routes.Tasks + "/count", Routes.Chains })
            Lasting((await client.Get(question)).Body).ShouldBe(Lasting((await _client.Get(question)).Body));
    }

    // What says when it came here, or when it was asked.
    private static string Lasting(string json) => System.Text.RegularExpressions.Regex.Replace(
        json, @"""(seq|crc|received_at|computed_at|running_seconds|idle_seconds)"":(""[^""]*""|[\d.]+)", "");

    private static long SeqOf(string line) => JsonElement.Parse(line).GetProperty("seq").GetInt64();

    // RFC 4180, read in the simplest way.
    private static List<List<string>> Parsed(string csv)
    {
        var (rows, cell, quoted) = (new List<List<string>> { new() }, new StringBuilder(), false);
        for (var i = 0; i < csv.Length; i++)
        {
            if (quoted && csv[i] == '"' && i + 1 < csv.Length && csv[i + 1] == '"') cell.Append(csv[i++]);
            else if (csv[i] == '"') quoted = !quoted;
            else if (quoted || csv[i] is not (',' or '\r')) cell.Append(csv[i]);
            else
            {
                rows[^1].Add(cell.ToString());
                cell.Clear();
                if (csv[i] == '\r') rows.Add([]);
                if (csv[i] == '\r') i++;
            }
        }
        return rows[..^1];
    }
}
