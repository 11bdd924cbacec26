using System.Net;
using System.Net.Sockets;
using System.Text;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.BadInputs;

/// <summary>Senders who leave, and senders who all come at once: what is stored is whole, and stored once.</summary>
public sealed class HangUpTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private readonly TestFolder _folder = new();
    private ServiceProcess? _service;

    private ServiceProcess Service => _service!;

    public async Task InitializeAsync() => _service = await ServiceProcess.StartAsync(_folder);

    public async Task DisposeAsync()
    {
        await Service.DisposeAsync();
        _folder.Dispose();
    }

    // E12.1
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sender_who_leaves_within_a_body_leaves_nothing_behind(bool abruptly)
    {
        // The spaces at the end belong to the body: where only they are missing, the record is there and its request is not.
        var whole = Request("left", "never", "Expect: 100-continue\r\n", new string(' ', 40));
        var head = whole.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        for (var sent = whole.Length - 1; sent > head; sent -= 9)
        {
            using var socket = await RawExchange.ConnectAsync(Service.Http.BaseAddress!);
            await socket.SendAsync(whole.AsMemory(0, head));
            // The service asks for the body: it is waiting for it now.
            (await socket.ReceiveAsync(new byte[100])).ShouldBe("HTTP/1.1 100 Continue\r\n\r\n".Length);
            await socket.SendAsync(whole.AsMemory(head, sent - head));
            Leave(socket, abruptly);
        }
        (await Service.Http.RecordAsync("after")).Status.ShouldBe(HttpStatusCode.Created);

        (await Service.Http.FindAsync("never")).Status.ShouldBe(HttpStatusCode.NotFound);
        Recount.Of(_folder.Log).Completions.Select(line => line.Id).ShouldBe(["after"]);
    }

    // E12.2
    [Fact]
    public async Task What_was_stored_for_a_sender_who_left_is_a_duplicate_when_it_comes_again()
    {
        var request = Request("gone", "kept");
        using (var socket = await RawExchange.ConnectAsync(Service.Http.BaseAddress!))
        {
            await socket.SendAsync(request);
            await Eventually.HoldsAsync("the record is stored", Soon, () => Task.FromResult(Recount.Of(_folder.Log).Completions.Count == 1));
            Leave(socket, abruptly: true);
        }
        var again = await RawExchange.SendAsync(Service.Http.BaseAddress!, request);

        again.Status.ShouldBe(200, again.Body);
        again.Body.ShouldContain("\"duplicate\":true");
        Recount.Of(_folder.Log).Completions.ShouldHaveSingleItem().Id.ShouldBe("kept");
    }

    // C11.3
    [Fact]
    public async Task One_record_sent_fifty_times_at_once_is_stored_once()
    {
        var request = Request("crowd", "once");
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => RawExchange.SendAsync(Service.Http.BaseAddress!, request)));

        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        answers.Count(answer => answer.Status == 200 && answer.Body.Contains("\"duplicate\":true")).ShouldBe(49);
        Recount.Of(_folder.Log).Completions.ShouldHaveSingleItem();
    }

    private static void Leave(Socket socket, bool abruptly)
    {
        // Without lingering, closing is a reset.
        if (abruptly) socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    private static byte[] Request(string task, string id, string header = "", string after = "")
    {
        var body = $$"""{"task_id":"{{task}}","id":"{{id}}","duration_seconds":1,"status":"completed"}{{after}}""";
        var head = $"POST {ServiceCalls.Completions} HTTP/1.1\r\nHost: localhost\r\n{header}Content-Type: application/json\r\n";
        return Encoding.ASCII.GetBytes($"{head}Content-Length: {body.Length}\r\n\r\n{body}");
    }
}
