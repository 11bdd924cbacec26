using System.Net;
using System.Net.Sockets;
using System.Text;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.BadInputs;

/// <summary>Peers who speak or listen a few bytes a second (E13): the server ends the connection, or serves the others meanwhile.</summary>
public sealed class SlowPeerTests : IAsyncLifetime
{
    /// <summary>The longest of the server's limits is 15 s; it looks at them once a second.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(10);
    private const int DeafPeers = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly TestFolder _folder = new();
    private ServiceProcess? _service;

    private ServiceProcess Service => _service!;

    public async Task InitializeAsync() => _service = await ServiceProcess.StartAsync(_folder);

    public async Task DisposeAsync()
    {
        await Service.DisposeAsync();
        _folder.Dispose();
    }

    [LargeFact]
    public Task A_head_of_a_byte_a_second_is_not_waited_for() => ShouldBeEndedAsync("", $"GET {ServiceCalls.Metrics} HTTP/1.1\r\nHost: localhost\r\n\r\n");

    [LargeFact]
    public Task A_body_of_a_byte_a_second_is_not_waited_for() => ShouldBeEndedAsync(
        $"POST {ServiceCalls.Completions} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60\r\n\r\n",
        """{"task_id":"slow","duration_seconds":1,"status":"completed"}""");

    // The server's smallest rate is an average, and what machines keep on the way counts as read: it waits for such a peer for long.
    [LargeFact]
    public async Task Peers_who_do_not_read_their_answers_hold_up_neither_others_nor_a_stop()
    {
        // The answer is far longer than all that machines keep on the way.
        await ManyValuesTests.SendAsync(Service, 1000, ManyValuesTests.NewNames);
        var question = $"GET {ServiceCalls.Metrics}?detail=full&group_by={string.Join(',', ManyValuesTests.Dimensions)} HTTP/1.1\r\nHost: localhost\r\n\r\n";
        var sockets = new List<Socket>();
        for (var n = 0; n < DeafPeers; n++)
        {
            sockets.Add(await RawExchange.ConnectAsync(Service.Http.BaseAddress!));
            sockets[n].ReceiveBufferSize = 4 << 10;
            await sockets[n].SendAsync(Encoding.ASCII.GetBytes(question));
            await sockets[n].ReceiveAsync(new byte[1]);
        }

        (await Service.Http.RecordAsync("meanwhile")).Text("id").ShouldBe("meanwhile");
        Service.Terminate();
        (await Service.WaitForExitAsync(StopsWithin)).ShouldBe(0, Service.Errors);
        Recount.Of(_folder.Log).Attempts.ShouldBe(1001);
        sockets.ForEach(socket => socket.Dispose());
    }

    private async Task ShouldBeEndedAsync(string first, string slowly)
    {
        using var socket = await RawExchange.ConnectAsync(Service.Http.BaseAddress!);
        await socket.SendAsync(Encoding.ASCII.GetBytes(first));
        using var limit = new CancellationTokenSource(Limit);
        var dripping = DripAsync(socket, Encoding.ASCII.GetBytes(slowly), limit.Token);
        var answer = new byte[4096];
        var read = await socket.ReceiveAsync(answer, limit.Token);

        // Closed without a word, or with a 408.
        if (read > 0) Encoding.ASCII.GetString(answer, 0, read).ShouldStartWith("HTTP/1.1 408");
        await limit.CancelAsync();
        await dripping;
        (await Service.Http.FindAsync("slow")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await Service.Http.TotalAsync()).ShouldBe(0);
    }

    private static async Task DripAsync(Socket socket, byte[] bytes, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Pause);
        try
        {
            for (var i = 0; i < bytes.Length && await timer.WaitForNextTickAsync(cancellationToken); i++)
                await socket.SendAsync(bytes.AsMemory(i, 1), cancellationToken);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // Nobody listens any more, which is what is asked for.
        }
    }
}
