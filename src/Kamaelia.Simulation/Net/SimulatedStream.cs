using System.Net;
using System.Net.Sockets;
using Kamaelia.Net;

namespace Kamaelia.Simulation;

internal enum StreamState : byte
{
    Opening,   // SYN_SENT
    Accepting, // SYN_RECEIVED
    Open,
    Over,
}

/// <summary>One end of a stream between simulated hosts: what TCP promises, over the same links as datagrams.</summary>
/// <remarks>
/// Cumulative acknowledgements, a receive window, slow start, fast retransmit and a retransmission timer as in RFC 5681
/// and RFC 6298, without options, delayed acknowledgements and wrap-around. Places count bytes from 0; the end of the
/// stream takes one place.
/// </remarks>
internal sealed partial class SimulatedStream : StreamSocket
{
    private const int BufferBytes = 256 * 1024;
    private static readonly TimeSpan s_lingerTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_orphanTime = TimeSpan.FromSeconds(60);

    private readonly HostNetwork _network;
    private readonly SimulatedInterface _by;
    private readonly SimulatedWait<bool> _openWait = new();
    private readonly SimulatedWait<bool> _readWait = new();
    private readonly SimulatedWait<bool> _writeWait = new();
    private StreamState _state;
    private SocketException? _error;
    private bool _isClosed; // By its program.

    public SimulatedStream(HostNetwork network, SimulatedInterface by, IPEndPoint local, IPEndPoint remote,
        StreamState state)
    {
        _network = network;
        _by = by;
        LocalEndPoint = local;
        RemoteEndPoint = remote;
        _state = state;
        int mtu = by.IsLoopback ? 65_535 : by.Up.Profile.MtuBytes;
        _segmentBytes = SegmentBytesOf(mtu);
        _congestionBytes = 10 * _segmentBytes;
        IsOwned = state == StreamState.Opening;
    }

    public override IPEndPoint LocalEndPoint { get; }

    public override IPEndPoint RemoteEndPoint { get; }

    /// <summary>A program has it: it counts as an open socket.</summary>
    public bool IsOwned { get; set; }

    public SimulatedListener? Listener { get; init; }

    private SimulatedWorld World => _network.World;

    private int SegmentBytesOf(int mtuBytes) =>
        Math.Max(64, mtuBytes - Addresses.HeaderBytes(RemoteEndPoint.Address, PacketKind.Stream));

    // ---- opening ----

    public async ValueTask OpenAsync(CancellationToken stop)
    {
        var opened = _openWait.Begin(stop);
        Say(StreamFlags.Open);
        ArmTimer();
        await opened.ConfigureAwait(false);
    }

    public void Accept(Packet first)
    {
        _peerWindow = first.Header.WindowBytes;
        Say(StreamFlags.Open | StreamFlags.Acknowledge);
        ArmTimer();
    }

    private void Opened()
    {
        _state = StreamState.Open;
        _retries = 0;
        DisarmTimer();
        if (!_openWait.Set(true))
            Listener?.Opened(this);
        Pump();
    }

    // ---- what comes in ----

    public void Take(Packet packet)
    {
        var header = packet.Header;
        if (header.Flags.HasFlag(StreamFlags.Reset))
        {
            Fail(_state == StreamState.Opening ? SocketError.ConnectionRefused : SocketError.ConnectionReset);
            return;
        }
        bool isAnswer = header.Flags.HasFlag(StreamFlags.Acknowledge);
        if (header.Flags.HasFlag(StreamFlags.Open))
        {
            if (_state == StreamState.Accepting)
                Say(StreamFlags.Open | StreamFlags.Acknowledge); // It asked again.
            else if (isAnswer)
            {
                _peerWindow = header.WindowBytes;
                if (_state == StreamState.Opening)
                    Opened();
                Say(StreamFlags.Acknowledge);
            }
            return;
        }
        if (_state == StreamState.Opening || !isAnswer)
            return;
        if (_state == StreamState.Accepting)
            Opened();
        if (packet.Payload.Length > 0 && _isClosed)
        {
            Reset(); // Nobody will read it.
            return;
        }
        TakeAcknowledgement(header, packet.Payload.Length > 0 || header.Flags.HasFlag(StreamFlags.Finish));
        if (_error is null)
            TakeBytes(packet);
        LookWhetherOver();
    }

    /// <summary>The network answered that a packet could not be delivered.</summary>
    public void OnError(Packet packet)
    {
        if (packet.Error == SocketError.MessageSize)
        {
            _segmentBytes = Math.Min(_segmentBytes, SegmentBytesOf(packet.MtuBytes));
            ResendAll();
        }
        else if (_state == StreamState.Opening)
        {
            Fail(packet.Error);
        }
    }

    // ---- the end ----

    private void LookWhetherOver()
    {
        if (_state != StreamState.Open || !_isFinishReceived || !_isFinishAcknowledged)
            return;
        _state = StreamState.Over;
        DisarmTimer();
        // The far end may ask again for the last acknowledgement.
        World.At(s_lingerTime, () => _network.Remove(this));
    }

    private void Fail(SocketError error)
    {
        if (_error is not null)
            return;
        _error = new SocketException((int)error);
        World.Note("stream", (ulong)error);
        End(_error);
    }

    private void End(Exception error)
    {
        _state = StreamState.Over;
        DisarmTimer();
        _network.Remove(this);
        Listener?.Failed(this);
        _openWait.Fail(error);
        _readWait.Set(true); // They look, and throw what is wrong only when nothing is left to read.
        _writeWait.Set(true);
    }

    /// <summary>Its host is gone.</summary>
    public void Die()
    {
        _isClosed = true;
        IsOwned = false;
        _error ??= new SocketException((int)SocketError.OperationAborted);
        _arrived.Clear();
        End(_error);
    }

    public override void Reset()
    {
        if (_state is StreamState.Open or StreamState.Accepting or StreamState.Opening)
            Say(StreamFlags.Reset);
        _error ??= new SocketException((int)SocketError.ConnectionAborted);
        End(_error);
        Close();
    }

    private void Close()
    {
        _isClosed = true;
        _arrived.Clear();
        if (IsOwned)
            _network.GiveDescriptor();
        IsOwned = false;
    }

    protected override void Dispose(bool disposing)
    {
        if (_isClosed)
            return;
        Close();
        _readWait.Set(true);
        _writeWait.Set(true);
        if (_state == StreamState.Opening)
        {
            End(new SocketException((int)SocketError.OperationAborted));
            return;
        }
        if (_state == StreamState.Over)
            return;
        Finish();
        World.At(s_orphanTime, () =>
        {
            if (_state != StreamState.Over)
                Reset(); // The far end never finished: nobody waits for it here.
        });
    }

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(_isClosed, typeof(StreamSocket));

    private void Say(StreamFlags flags) => SendSegment(flags, _next, []);

    private SocketError SendSegment(StreamFlags flags, long at, byte[] payload)
    {
        _windowSaid = BufferBytes - _arrived.Count;
        long acknowledged = _expected + (_isFinishReceived ? 1 : 0);
        return _network.Send(new Packet(_network.Host, PacketKind.Stream, LocalEndPoint, RemoteEndPoint)
        {
            Header = new StreamHeader(flags, at, acknowledged, _windowSaid),
            Payload = payload,
        }, _by);
    }
}
