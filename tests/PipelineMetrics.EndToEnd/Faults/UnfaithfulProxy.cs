using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace PipelineMetrics.EndToEnd.Faults;

/// <summary>What the proxy does with a request.</summary>
internal enum Deed
{
    /// <summary>Delivers it and returns the answer.</summary>
    Pass,

    /// <summary>Delivers it, waits for the answer, and hangs up without it.</summary>
    DropAnswer,

    /// <summary>Delivers it and hangs up in the middle of the answer.</summary>
    CutAnswer,

    /// <summary>Delivers only the beginning of it and hangs up on both.</summary>
    CutRequest,

    /// <summary>Delivers it twice at once and returns the answer to the second.</summary>
    Double,

    /// <summary>Hangs up, and delivers it when a later one has gone by: it arrives out of order, after its own repetition.</summary>
    Postpone,
}

/// <summary>
/// Stands between senders and the service and treats requests badly. It takes one request per connection, so that it knows where
/// one ends: senders must close theirs.
/// </summary>
internal sealed class UnfaithfulProxy : IAsyncDisposable
{
    private readonly Uri _service;
    private readonly Func<Deed> _choose;
    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentQueue<byte[]> _postponed = new();
    private readonly ConcurrentDictionary<Deed, int> _done = new();
    private readonly ConcurrentBag<Task> _handling = [];
    private readonly Task _accepting;

    /// <param name="service">Where requests are delivered.</param>
    /// <param name="choose">Says for each request what is done with it; called from any thread.</param>
    public UnfaithfulProxy(Uri service, Func<Deed> choose)
    {
        _service = service;
        _choose = choose;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>How often each was done.</summary>
    public IReadOnlyDictionary<Deed, int> Done => _done;

    /// <summary>Delivers whatever is still postponed, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_handling);
        await DeliverPostponedAsync();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _handling.Add(HandleAsync(await _listener.AcceptAsync()));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed: nobody comes any more.
        }
    }

    private async Task HandleAsync(Socket sender)
    {
        var deed = _choose();
        using (sender)
        {
            var request = await HttpBytes.ReadRequestAsync(sender);
            if (request.Length == 0) return;
            await HttpBytes.SendAllAsync(sender, await DoAsync(deed, request));
        }
        _done.AddOrUpdate(deed, 1, (_, count) => count + 1);
        if (deed != Deed.Postpone) await DeliverPostponedAsync();
    }

    /// <returns>What the sender gets before the connection is closed.</returns>
    private async Task<byte[]> DoAsync(Deed deed, byte[] request)
    {
        switch (deed)
        {
            case Deed.Double:
                return (await Task.WhenAll(DeliverAsync(request), DeliverAsync(request)))[1];
            case Deed.CutRequest:
                await DeliverAsync(request[..^(request.Length / 4)], isAll: false);
                return [];
            case Deed.Postpone:
                _postponed.Enqueue(request);
                return [];
        }
        var answer = await DeliverAsync(request);
        return deed switch
        {
            Deed.DropAnswer => [],
            Deed.CutAnswer => answer[..(answer.Length / 2)],
            _ => answer,
        };
    }

    private async Task DeliverPostponedAsync()
    {
        while (_postponed.TryDequeue(out var request)) await DeliverAsync(request);
    }

    /// <returns>The whole answer.</returns>
    private async Task<byte[]> DeliverAsync(byte[] request, bool isAll = true)
    {
        using var service = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await service.ConnectAsync(_service.Host, _service.Port);
        await HttpBytes.SendAllAsync(service, request);
        if (!isAll) service.Shutdown(SocketShutdown.Send);
        return await HttpBytes.ReadToEndAsync(service);
    }
}
