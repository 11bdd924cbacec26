using System.Net.Sockets;

namespace PipelineMetrics.EndToEnd.BadInputs;

/// <summary>Bytes sent over a plain connection of their own, nothing added and nothing corrected.</summary>
internal static class RawExchange
{
    /// <summary>Longer than the server itself waits for anybody who says nothing.</summary>
    private static readonly TimeSpan AnsweredWithin = TimeSpan.FromSeconds(25);

    /// <summary>Sends a request and reads one answer; an answer that comes before all is sent is read too.</summary>
    /// <exception cref="TimeoutException">Neither an answer nor the end of the connection came.</exception>
    public static async Task<RawAnswer> SendAsync(Uri service, ReadOnlyMemory<byte> request)
    {
        using var socket = await ConnectAsync(service);
        using var limit = new CancellationTokenSource(AnsweredWithin);
        var sending = SendAsync(socket, request, limit.Token);
        try
        {
            return await ReadAsync(socket, limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"No answer within {AnsweredWithin.TotalSeconds} s.");
        }
        finally
        {
            // Whoever has the answer stops talking.
            await limit.CancelAsync();
            await sending;
        }
    }

    public static async Task<Socket> ConnectAsync(Uri service)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(service.Host, service.Port);
        return socket;
    }

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        try
        {
            while (!request.IsEmpty) request = request[await socket.SendAsync(request, cancellationToken)..];
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The service has heard enough; what it said is in the answer.
        }
    }

    private static async Task<RawAnswer> ReadAsync(Socket socket, CancellationToken cancellationToken)
    {
        var arrived = new byte[64 << 10];
        for (var count = 0; ;)
        {
            var read = await ReceiveAsync(socket, arrived.AsMemory(count), cancellationToken);
            count += read;
            if (RawAnswer.Of(arrived.AsSpan(0, count), isLast: read == 0) is { } answer) return answer;
            if (read == 0) throw new InvalidDataException("The connection ended inside an answer.");
            if (count == arrived.Length) Array.Resize(ref arrived, 2 * count);
        }
    }

    private static async Task<int> ReceiveAsync(Socket socket, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await socket.ReceiveAsync(buffer, cancellationToken);
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
