using System.Net.Sockets;
using System.Text;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.BadInputs;

/// <summary>Peers who speak or listen a few bytes a second (E13): the server ends the connection and serves the others meanwhile.</summary>
public sealed class SlowPeerTests : IAsyncLifetime
{
    /// <summary>The longest of the server's limits is 15 s; it looks at them once a second.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
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

    [LargeFact]
    public async Task An_answer_that_is_read_byte_by_byte_is_given_up()
    {
        var head = $"POST {ServiceCalls.Completions}/batch?verdicts=all HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n";
        using var socket = await RawExchange.ConnectAsync(Service.Http.BaseAddress!);
        socket.ReceiveBufferSize = 4 << 10;
        // The answer is far longer than all that machines keep on the way.
        var body = RequestText.ToBytes("${pad:400000:{}\\x0A}");
        var sending = SendAsync(socket, [.. Encoding.ASCII.GetBytes($"{head}Content-Length: {body.Length}\r\n\r\n"), .. body]);

        await Eventually.HoldsAsync("the server resets the connection", Limit + Limit, () => IsResetAsync(socket));
        await sending;
        (await Service.Http.RecordAsync("meanwhile")).Text("id").ShouldBe("meanwhile");
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
        (await Service.Http.FindAsync("slow")).Status.ShouldBe(System.Net.HttpStatusCode.NotFound);
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

    private static async Task SendAsync(Socket socket, byte[] bytes)
    {
        try
        {
            await socket.SendAsync(bytes);
        }
        catch (SocketException)
        {
            // As above.
        }
    }

    // Twenty bytes a second; the error of a reset waits behind what has arrived.
    private static async Task<bool> IsResetAsync(Socket socket)
    {
        if (socket.Poll(TimeSpan.Zero, SelectMode.SelectError)) return true;
        await socket.ReceiveAsync(new byte[1]);
        return false;
    }
}
