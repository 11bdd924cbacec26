using System.Net.Sockets;

namespace PipelineMetrics.EndToEnd.Load;

/// <summary>Connections that somebody opened and keeps, without a word.</summary>
internal sealed class HeldConnections : IDisposable
{
    private readonly List<Socket> _sockets = [];

    /// <summary>Opens so many; the system takes them even when the service cannot.</summary>
    public HeldConnections(Uri address, int count)
    {
        for (var number = 0; number < count; number++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _sockets.Add(socket);
            socket.Connect(address.Host, address.Port);
        }
    }

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());
}
