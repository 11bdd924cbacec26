using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace PipelineMetrics.Proofs;

/// <summary>A webhook as it arrived.</summary>
internal sealed record ReceivedWebhook(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Id => Headers["webhook-id"];

    public JsonElement Json => JsonElement.Parse(Body);

    public JsonElement Data => Json.GetProperty("data");
}

/// <summary>Receives webhooks on loopback, and answers each as the test says, byte by byte if it wants.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    public const string Thanks = "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n";
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<ReceivedWebhook, Socket, CancellationToken, Task> _answer;
    private readonly Task _accepting;

    public WebhookReceiver(Func<ReceivedWebhook, Socket, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public WebhookReceiver(Func<ReceivedWebhook, string> answer)
        : this(async (webhook, socket, end) => await socket.SendAsync(Encoding.ASCII.GetBytes(answer(webhook)), end))
    {
    }

    public WebhookReceiver() : this(_ => Thanks)
    {
    }

    public ConcurrentQueue<ReceivedWebhook> Received { get; } = [];

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/hook/secret-path");

    public static string Answer(int status, string headers = "") => $"HTTP/1.1 {status} Word\r\n{headers}Content-Length: 0\r\n\r\n";

    /// <summary>Holds the connection open and says nothing.</summary>
    public static Task HangAsync(ReceivedWebhook webhook, Socket socket, CancellationToken end) =>
        Task.Delay(Timeout.Infinite, end).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true) serving.Add(ServeAsync(await _listener.AcceptSocketAsync(_end.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var connection = socket;
        try
        {
            while (await ReadAsync(socket) is { } webhook)
            {
                Received.Enqueue(webhook);
                await _answer(webhook, socket, _end.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The sender left, or the test is over.
        }
    }

    private async Task<ReceivedWebhook?> ReadAsync(Socket socket)
    {
        var bytes = new List<byte>();
        var buffer = new byte[16 << 10];
        while (true)
        {
            var text = Encoding.Latin1.GetString([.. bytes]);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                var lines = text[..end].Split("\r\n");
                var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(parts => parts[0].ToLowerInvariant(), parts => parts[1]);
                var length = int.Parse(headers["content-length"], CultureInfo.InvariantCulture);
                if (bytes.Count >= end + 4 + length) return new ReceivedWebhook(lines[0].Split(' ')[1], headers, [.. bytes.Skip(end + 4).Take(length)]);
            }
            var got = await socket.ReceiveAsync(buffer, _end.Token);
            if (got == 0) return null;
            bytes.AddRange(buffer.AsSpan(0, got));
        }
    }
}
