using System.Net;
using System.Net.Sockets;
using Kamaelia.Net;

namespace Kamaelia.Simulation;

/// <summary>Takes streams that other simulated hosts open.</summary>
internal sealed class SimulatedListener(HostNetwork network, IPEndPoint at, int backlogMax) : StreamListener
{
    private readonly Queue<SimulatedStream> _ready = new();
    private readonly List<SimulatedStream> _opening = [];
    private readonly SimulatedWait<bool> _wait = new();
    private bool _closed;

    public override IPEndPoint LocalEndPoint { get; } = at;

    public override async ValueTask<StreamSocket> AcceptAsync(CancellationToken stop = default)
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(StreamListener));
            if (_ready.Count > 0)
            {
                network.TakeDescriptor(); // If there is none, the stream waits.
                var stream = _ready.Dequeue();
                stream.IsOwned = true;
                return stream;
            }
            await _wait.Begin(stop).ConfigureAwait(false);
        }
    }

    /// <summary>Somebody wants to open a stream. With no room it is not answered, and asks again.</summary>
    public void Open(Packet packet, SimulatedInterface by)
    {
        if (_ready.Count + _opening.Count >= backlogMax)
            return;
        var stream = new SimulatedStream(network, by, packet.To, packet.From, StreamState.Accepting)
        {
            Listener = this,
        };
        network.Add(stream);
        _opening.Add(stream);
        stream.Accept(packet);
    }

    public void Opened(SimulatedStream stream)
    {
        if (!_opening.Remove(stream))
            return;
        _ready.Enqueue(stream);
        _wait.Set(true);
    }

    public void Failed(SimulatedStream stream) => _opening.Remove(stream);

    public void Die()
    {
        _closed = true;
        _ready.Clear();
        _opening.Clear();
        _wait.Fail(new SocketException((int)SocketError.OperationAborted));
    }

    protected override void Dispose(bool disposing)
    {
        if (_closed)
            return;
        SimulatedStream[] waiting = [.. _ready, .. _opening];
        Die();
        network.Remove(this);
        foreach (var stream in waiting)
            stream.Reset();
    }
}
