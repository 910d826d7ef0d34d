using System.Net;
using System.Net.Sockets;
using Kamaelia.Axon;

namespace Kamaelia.Stop.Tests.Parts;

/// <summary>Writes what comes to a TCP connection whose other end nobody reads.</summary>
internal sealed partial class SocketWriter : Component, IDisposable
{
    private readonly Socket _writer = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _block = new byte[1 << 20];

    public SocketWriter()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        _writer.SendBufferSize = 4096;
        _writer.Connect(listener.LocalEndPoint!);
        Peer = listener.Accept();
    }

    /// <summary>The end that is not read: the rig's to close.</summary>
    public Socket Peer { get; }

    public bool IsWaiting { get; private set; }

    [Port("One more reason to write.")]
    public partial Inbox<Chunk> Inbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var chunk))
            {
                chunk.Dispose();
                var sending = _writer.SendAsync(_block, SocketFlags.None, stop);
                IsWaiting |= !sending.IsCompleted;
                await sending;
            }
        }
    }

    public void Dispose() => _writer.Dispose();
}
