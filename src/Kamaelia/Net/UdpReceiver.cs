using System.Net.Sockets;
using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Net;

/// <summary>Receives UDP datagrams sent to a multicast group or to a local address, through the graph's
/// network.</summary>
/// <remarks>
/// The managed twin of the native <c>udp.recv</c>, which receives in batches: same ports, options and behaviour, one
/// system call a datagram. Nothing is allocated a datagram. While its outbox is full it does not read: the kernel's
/// buffer fills, and what does not fit there is lost, as UDP is.
/// </remarks>
/// <param name="address">A group to join, or a local address to listen at.</param>
public sealed partial class UdpReceiver(HostPort address) : Component, INotated<UdpReceiver>
{
    private const long NsPerTick = 100;
    private long _packets;
    private long _bytes;
    private long _truncated;
    private long _lastArrival;
    private long _dropsAtEnd;
    private int _bufferBytes;
    private int _localPort;
    private int _senderCount;
    private UdpSenderTable? _senders;
    private volatile UdpSocket? _socket;

    /// <summary>A group to join, or a local address to listen at.</summary>
    public HostPort Address { get; } = address;

    /// <summary>Name or address of the interface to receive on; null: as the routing table says, or all.</summary>
    public string? Interface { get; init; }

    /// <summary>Source-specific multicast: only from these addresses.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Multicast from everyone but these.</summary>
    public IReadOnlyList<string> Excluded { get; init; } = [];

    /// <summary>Kernel buffer to ask for; 0: the system's own.</summary>
    public int ReceiveBufferBytes { get; init; } = 4 << 20;

    /// <summary>Each chunk's time is that of its arrival here, ns since 1970 UTC.</summary>
    public bool Timestamp { get; init; }

    /// <summary>Numbers the senders: the tag of each chunk is the number of the one it came from, 1 to so many in order
    /// of first appearance, 0 of those beyond; 0: no numbers.</summary>
    public int SendersMax { get; init; }

    /// <summary>Ends after so many datagrams; 0: never.</summary>
    public long PacketsMax { get; init; }

    /// <summary>Ends when nothing has come for so long after the first datagram; zero: never.</summary>
    public TimeSpan IdleTimeout { get; init; }

    /// <summary>While datagrams come, how long more of them are left to come before the next look, up to a second:
    /// fewer wake-ups for so much more delay; zero: a wake-up as soon as there is one.</summary>
    public TimeSpan Gather { get; init; }

    /// <summary>Longest payload that is taken, 1 to 65535 bytes.</summary>
    public int DatagramBytesMax { get; init; } = 2048;

    /// <summary>Other sockets may be bound to the same address; null: for a group.</summary>
    public bool? Reuse { get; init; }

    /// <summary>The port it listens at; 0 before it does. Any thread.</summary>
    public int LocalPort => Volatile.Read(ref _localPort);

    /// <summary>Datagrams sent on. Any thread.</summary>
    public long Packets => Volatile.Read(ref _packets);

    /// <summary>Payload bytes sent on. Any thread.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Datagrams dropped for their length. Any thread.</summary>
    public long Truncated => Volatile.Read(ref _truncated);

    /// <summary>Datagrams that the system dropped, for want of buffer mostly. Any thread.</summary>
    public long KernelDrops => _socket?.KernelDrops ?? Volatile.Read(ref _dropsAtEnd);

    [Port("Datagrams in order of arrival: each chunk is the payload of one.", Format = "datagram")]
    public partial Outbox<Chunk> Outbox { get; }

    [Port("With senders_max: a line of text, number, space and address, for each new sender, ahead of its first "
        + "datagram.", Format = "lines", Optional = true)]
    public partial Outbox<Chunk> Senders { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters =>
    [
        new("packets", Packets),
        new("bytes", Bytes),
        new("truncated", Truncated),
        new("senders", Volatile.Read(ref _senderCount)),
        new("kernel_drops", KernelDrops),
        new("rcvbuf_bytes", Volatile.Read(ref _bufferBytes)),
        new("port", LocalPort),
    ];

    /// <inheritdoc/>
    public static ComponentInfo Info => UdpTables.Receiver;

    /// <inheritdoc/>
    public static UdpReceiver Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<string> List(string name) => options.TextOrNull(name)?.Split(',') ?? [];
        if (options.IsSet("source") && options.IsSet("exclude"))
            throw options.Bad("exclude", "Not together with source, which already names all that are wanted.");
        if (options.Duration("gather") > TimeSpan.FromSeconds(1))
            throw options.Bad("gather", "0s to 1s.");
        return new(options.Address("address"))
        {
            Interface = options.TextOrNull("iface"),
            Sources = List("source"),
            Excluded = List("exclude"),
            ReceiveBufferBytes = options.Int("rcvbuf"),
            Timestamp = options.Bool("timestamp"),
            SendersMax = options.Int("senders_max"),
            PacketsMax = options.Long("packets_max"),
            IdleTimeout = options.Duration("idle_timeout"),
            Gather = options.Duration("gather"),
            DatagramBytesMax = options.Int("datagram_bytes_max"),
            Reuse = options.IsSet("reuse") ? options.Bool("reuse") : null,
        };
    }

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        using var socket = await UdpSockets.OpenReceiverAsync(Network.Of(this), this, stop);
        Volatile.Write(ref _localPort, socket.LocalEndPoint.Port);
        using var shown = new Shown(this, socket);
        _senders = SendersMax > 0 ? new UdpSenderTable(SendersMax) : null;
        // Longer than any datagram, so that its length is known; the chunk is cut to measure by a copy of a few ns.
        byte[] buffer = GC.AllocateUninitializedArray<byte>(65536, pinned: true);
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var watch = IdleTimeout > TimeSpan.Zero ? Watch(idle) : null;
        bool hasCome = false; // Something, since the last wait.
        while (true)
        {
            int bytes = TryReceive(socket, buffer, out var error);
            if (error == SocketError.WouldBlock && hasCome && Gather > TimeSpan.Zero)
            {
                hasCome = false;
                await DelayAsync(Gather, stop);
                continue;
            }
            if (error != SocketError.Success && error != SocketError.WouldBlock)
            {
                if (UdpSockets.IsReply(new SocketException((int)error)))
                    continue;
                throw new SocketException((int)error);
            }
            try
            {
                if (error == SocketError.WouldBlock && socket.TryWatch(this))
                {
                    await new ReadinessAwaitable(this, idle.Token);
                    continue;
                }
                if (error == SocketError.WouldBlock)
                    bytes = await ReceiveAsync(socket, buffer, idle.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                return; // Nothing has come for too long.
            }
            catch (SocketException e) when (UdpSockets.IsReply(e))
            {
                continue; // Said of something this address once sent.
            }
            hasCome = true;
            if (_senders?.Note() is { } line)
                await TellAsync(line, stop);
            if (watch is not null)
                Volatile.Write(ref _lastArrival, Time.GetTimestamp());
            if (bytes > DatagramBytesMax)
            {
                Volatile.Write(ref _truncated, _truncated + 1);
                continue;
            }
            await Outbox.SendAsync(Take(buffer.AsSpan(0, bytes)), stop);
            if (_packets == PacketsMax)
                return;
        }
    }

    private int TryReceive(UdpSocket socket, Span<byte> into, out SocketError error) => _senders is null
        ? socket.TryReceive(into, out error)
        : socket.TryReceiveFrom(into, _senders.From, out error);

    private ValueTask<int> ReceiveAsync(UdpSocket socket, Memory<byte> into, CancellationToken stop) =>
        _senders is null ? socket.ReceiveAsync(into, stop) : ReceiveFromAsync(socket, into, _senders, stop);

    private static async ValueTask<int> ReceiveFromAsync(UdpSocket socket, Memory<byte> into, UdpSenderTable senders,
        CancellationToken stop)
    {
        var got = await socket.ReceiveFromAsync(into, stop).ConfigureAwait(false);
        senders.Take(got.From);
        return got.Bytes;
    }

    private async ValueTask TellAsync(Chunk line, CancellationToken stop)
    {
        Volatile.Write(ref _senderCount, _senders!.Count);
        try
        {
            await Senders.SendAsync(line, stop);
        }
        catch (ReceiverEndedException)
        {
            // Nobody reads them any more: the datagrams go on.
        }
    }

    private Chunk Take(ReadOnlySpan<byte> datagram)
    {
        Volatile.Write(ref _bytes, _bytes + datagram.Length);
        Volatile.Write(ref _packets, _packets + 1);
        var chunk = Chunk.CopyOf(datagram);
        if (_senders is not null)
            chunk = chunk.With(tag: _senders.Number);
        return Timestamp ? chunk.With((Time.GetUtcNow().Ticks - DateTime.UnixEpoch.Ticks) * NsPerTick) : chunk;
    }

    /// <summary>What the system granted of the buffer that was asked for.</summary>
    internal void NoteBuffer(int bytes)
    {
        Volatile.Write(ref _bufferBytes, bytes);
        if (bytes < ReceiveBufferBytes)
            Warn($"the system grants {bytes} of the {ReceiveBufferBytes} bytes of receive buffer asked for, so bursts "
                + "may be lost: raise net.core.rmem_max, or ask for less with rcvbuf=");
    }

    /// <summary>A timer that looks now and then costs nothing a datagram; one that is set anew for each
    /// would.</summary>
    private ITimer Watch(CancellationTokenSource idle)
    {
        var period = TimeSpan.FromTicks(Math.Max(IdleTimeout.Ticks / 8, TimeSpan.TicksPerMillisecond));
        return Time.CreateTimer(_ =>
        {
            long last = Volatile.Read(ref _lastArrival);
            if (last == 0 || Time.GetElapsedTime(last) < IdleTimeout)
                return;
            try
            {
                idle.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It has ended meanwhile.
            }
        }, null, period, period);
    }

    /// <summary>The socket as those see it who ask for the drops, as long as it is open.</summary>
    private readonly struct Shown : IDisposable
    {
        private readonly UdpReceiver _owner;

        public Shown(UdpReceiver owner, UdpSocket socket)
        {
            _owner = owner;
            owner._socket = socket;
        }

        public void Dispose()
        {
            Volatile.Write(ref _owner._dropsAtEnd, _owner._socket!.KernelDrops);
            _owner._socket = null;
        }
    }
}
