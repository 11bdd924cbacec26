using System.IO.Compression;
using System.Net;
using System.Text;
using PipelineMetrics.Contracts;
using static PipelineMetrics.Api.Tests.Calls;

namespace PipelineMetrics.Api.Tests.Completions;

public sealed class BatchTests : IAsyncLifetime
{
    private readonly ServiceUnderTest _service = new() { Settings = { ["limits:line_bytes"] = "4096" } };
    private HttpClient _client = null!;

    public async Task InitializeAsync() => _client = await _service.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Every_line_is_judged_by_its_number_whatever_its_end()
    {
        var body = $"\uFEFF{Completion("a")}\r\n\n  \n{{\"task_id\":\"b\"}}\n\uFEFF{Completion("c")}\n{Completion("d")}\r{Completion("e")}\n{Completion("f")}";
        var answer = await _client.PostBatch(body);
        answer.Status.ShouldBe((HttpStatusCode)207);
        (answer["stored"].GetInt32(), answer["rejected"].GetInt32(), answer["first_seq"].GetInt32(), answer["last_seq"].GetInt32()).ShouldBe((2, 3, 1, 2));
        answer["results"].EnumerateArray().Select(r => r.GetProperty("line").GetInt32()).ShouldBe([4, 5, 6]);
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_told_and_the_others_are_kept()
    {
        var answer = await _client.PostBatch($"{Completion("a")}\n{Completion("b", $",\"error\":\"{new string('x', 300_000)}\"")}\n{Completion("c")}\n");
        (answer["stored"].GetInt32(), answer["results"][0].GetProperty("code").GetString()).ShouldBe((2, "line_too_long"));
    }

    [Theory]
    [InlineData("", 200, 0)]
    [InlineData("\n\n", 200, 0)]
    [InlineData("nonsense\n", 422, 0)]
    public async Task Nothing_sent_is_fine_and_nothing_stored_is_not(string body, int status, int stored)
    {
        var answer = await _client.PostBatch(body);
        ((int)answer.Status, answer["stored"].GetInt32()).ShouldBe((status, stored));
    }

    [Theory]
    [InlineData("[]", 0)]
    [InlineData(" [ {0} ] ", 1)]
    [InlineData("[{0},\n{1}\t,{0}]", 3)]
    public async Task An_array_is_taken_element_by_element(string shape, int stored)
    {
        var first = Completion("a]},[{", ""","metadata":{"deep":[{"x":"]"},"\\\""]}""");
        var answer = await _client.PostBatch(shape.Replace("{0}", first).Replace("{1}", Completion("b")), "application/json");
        (answer.Status, answer["stored"].GetInt32()).ShouldBe((HttpStatusCode.OK, stored));
    }

    [Theory]
    [InlineData("{}", 0)]
    [InlineData("", 0)]
    [InlineData("[{0},]", 1)]
    [InlineData("[{0} {0}]", 1)]
    [InlineData("[{0}", 1)]
    [InlineData("[,{0}]", 0)]
    [InlineData("[{0}]x", 1)]
    public async Task A_broken_array_is_a_400_that_says_what_is_durable(string shape, int stored)
    {
        var answer = await _client.PostBatch(shape.Replace("{0}", Completion()), "application/json");
        (answer.Status, answer["stored"].GetInt32()).ShouldBe((HttpStatusCode.BadRequest, stored), answer.Body);
        File.ReadLines(Path.Combine(_service.LogDirectory, "metrics.jsonl")).Count().ShouldBe(stored);
    }

    [Fact]
    public async Task A_body_that_breaks_off_on_the_way_says_what_is_durable()
    {
        var whole = Zip(string.Join('\n', Enumerable.Range(0, 5000).Select(i => Completion($"t{i}"))));
        var answer = await _client.SendBytes(HttpMethod.Post, Routes.CompletionBatch, whole[..^20], Ndjson, ("Content-Encoding", "gzip"));
        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer["stored"].GetInt32().ShouldBe(File.ReadLines(Path.Combine(_service.LogDirectory, "metrics.jsonl")).Count());
    }

    [Fact]
    public async Task Thousands_of_compressed_lines_are_stored_in_their_order()
    {
        var body = Zip(string.Join('\n', Enumerable.Range(0, 5000).Select(i => Completion($"t{i}"))));
        var answer = await _client.SendBytes(HttpMethod.Post, Routes.CompletionBatch, body, Ndjson, ("Content-Encoding", "gzip"));
        (answer.Status, answer["stored"].GetInt32(), answer["last_seq"].GetInt32()).ShouldBe((HttpStatusCode.OK, 5000, 5000));
        File.ReadLines(Path.Combine(_service.LogDirectory, "metrics.jsonl")).Select((line, i) => line.StartsWith($"{{\"task_id\":\"t{i}\"", StringComparison.Ordinal)).ShouldAllBe(ordered => ordered);
    }

    [Fact]
    public async Task The_key_of_a_batch_gives_each_line_an_id_so_that_it_can_be_sent_again()
    {
        var body = $"{Completion("a")}\n{Completion("b", ""","id":"own" """)}\n";
        await _client.PostBatch(body, headers: ("Idempotency-Key", "k"));
        var again = await _client.PostBatch(body, query: "?verdicts=all", headers: ("Idempotency-Key", "k"));
        (again.Status, again["stored"].GetInt32(), again["duplicate"].GetInt32()).ShouldBe((HttpStatusCode.OK, 2, 2));
        again["results"].EnumerateArray().Select(r => r.GetProperty("id").GetString()).ShouldBe(["k:1", "own"]);
    }

    [Theory]
    [InlineData(108, 200)]
    [InlineData(109, 422)]
    public async Task A_key_leaves_room_for_the_number_of_any_line(int length, int status)
    {
        var key = new string('k', length);
        var answer = await _client.PostBatch(new string('\n', 100_000) + Completion(), query: "?verdicts=all", headers: ("Idempotency-Key", key));
        ((int)answer.Status).ShouldBe(status, answer.Body);
        if (status == 200) answer["results"][0].GetProperty("id").GetString().ShouldBe($"{key}:100001");
        else new FileInfo(Path.Combine(_service.LogDirectory, "metrics.jsonl")).Length.ShouldBe(0);
    }

    [Fact]
    public async Task Nul_between_lines_spoils_one_line_only()
    {
        var answer = await _client.PostBatch($"{Completion("a")}\n\0\n{Completion("b")}\n\0{Completion("c")}\n");
        (answer["stored"].GetInt32(), answer["rejected"].GetInt32()).ShouldBe((2, 2));
        answer["results"].EnumerateArray().Select(r => r.GetProperty("line").GetInt32()).ShouldBe([2, 4]);
    }

    [Theory]
    [InlineData("t")]
    [InlineData("ä")]
    public async Task A_batch_that_the_log_does_not_take_says_so_of_every_line(string task)
    {
        await _client.PostBatch(Completion("first"));
        File.Delete(Path.Combine(_service.LogDirectory, "metrics.jsonl"));
        var answer = await _client.PostBatch(string.Join('\n', Enumerable.Range(0, 3).Select(_ => Completion(task))));
        answer.Status.ShouldBe(HttpStatusCode.ServiceUnavailable, answer.Body);
        (answer["stored"].GetInt32(), answer["rejected"].GetInt32()).ShouldBe((0, 3));
        answer["results"].EnumerateArray().Select(r => r.GetProperty("line").GetInt32()).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task The_list_of_verdicts_is_bounded()
    {
        var answer = await _client.PostBatch(string.Concat(Enumerable.Repeat("x\n", 12_000)));
        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (answer["rejected"].GetInt32(), answer["results"].GetArrayLength(), answer["results_left_out"].GetInt32()).ShouldBe((12_000, 10_000, 2000));
    }

    private static byte[] Zip(string text)
    {
        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionMode.Compress)) zip.Write(Encoding.UTF8.GetBytes(text));
        return zipped.ToArray();
    }
}
