using System.Net;
using System.Net.Sockets;

namespace PipelineMetrics.Alerting;

/// <summary>
/// Connects to no address but one that was checked: the name is looked up here, what it resolves to is judged, and the socket gets
/// that address, so that a name which changes in between changes nothing.
/// </summary>
internal sealed class CheckedConnection(bool allowsPrivate, Func<string, CancellationToken, Task<IPAddress[]>> lookUp)
{
    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="ForbiddenAddressException">The name resolves to nothing public.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await AddressesOfAsync(host, cancellation).ConfigureAwait(false);
        for (var i = 0; ; i++)
        {
            try
            {
                return await OpenAsync(addresses[i], port, cancellation).ConfigureAwait(false);
            }
            catch (SocketException) when (i < addresses.Count - 1)
            {
                // The next address may answer.
            }
        }
    }

    /// <summary>The addresses of a name that a webhook may go to; never none.</summary>
    /// <exception cref="ForbiddenAddressException">There is none.</exception>
    internal async Task<IReadOnlyList<IPAddress>> AddressesOfAsync(string host, CancellationToken cancellation)
    {
        var found = IPAddress.TryParse(host, out var literal) ? [literal] : await lookUp(host, cancellation).ConfigureAwait(false);
        IPAddress[] allowed = [.. found.Where(address => allowsPrivate || PublicAddresses.Contains(address))];
        return allowed.Length > 0 ? allowed : throw new ForbiddenAddressException();
    }

    private static async Task<Stream> OpenAsync(IPAddress address, int port, CancellationToken cancellation)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, port, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A webhook would have gone to this machine or its local network.</summary>
internal sealed class ForbiddenAddressException() : IOException("its name leads to no public address, and private ones are not allowed");
