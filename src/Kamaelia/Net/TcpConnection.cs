using System.Net;

namespace Kamaelia.Net;

/// <summary>A connection as the protocol that serves it is told of it.</summary>
/// <remarks>Its bytes pass through the protocol's boxes; this is what is known besides.</remarks>
public sealed class TcpConnection
{
    private readonly StreamSocket _socket;

    internal TcpConnection(StreamSocket socket, long number)
    {
        _socket = socket;
        Number = number;
    }

    /// <summary>The how-manieth of its server, from 1.</summary>
    public long Number { get; }

    /// <summary>Who has connected.</summary>
    public IPEndPoint Remote => _socket.RemoteEndPoint;

    /// <summary>To which address of this machine.</summary>
    public IPEndPoint Local => _socket.LocalEndPoint;

    /// <summary>Ends it at once, whatever is under way: the peer sees a reset. Any thread.</summary>
    public void Reset() => _socket.Reset();
}
