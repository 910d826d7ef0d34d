using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Pacing;
using Kamaelia.Utilities;

namespace Kamaelia.Net;

/// <summary>Sends each chunk as a UDP datagram to an address or a multicast group, through the graph's
/// network.</summary>
/// <remarks>
/// The managed twin of the native <c>udp.send</c>, which sends in batches: same ports, options and behaviour, one
/// system call a datagram. Nothing is allocated a datagram. A full socket buffer holds up the sender, nothing is
/// dropped. </remarks>
/// <param name="address">Where to send to.</param>
public sealed partial class UdpSender(HostPort address) : Component, INotated<UdpSender>
{
    private const int SoftErrorsInRowMax = 3; // Replies of the far end; that many without progress are no replies.

    private long _packets;
    private long _bytes;
    private long _sendErrors;
    private readonly PaceJitter _jitter = new();

    /// <summary>Where to send to.</summary>
    public HostPort Address { get; } = address;

    /// <summary>Name or address of the interface to send through; null: as the routing table says.</summary>
    public string? Interface { get; init; }

    /// <summary>Hops a datagram may make, 0 to 255; null: 1 for a group, the system's own for any other
    /// address.</summary>
    public int? Ttl { get; init; }

    /// <summary>Receivers on this host get multicast too.</summary>
    public bool Loop { get; init; } = true;

    /// <summary>Local address to send from; null: the system's choice.</summary>
    public HostPort? Bind { get; init; }

    /// <summary>Other sockets may be bound to the same local port.</summary>
    public bool Reuse { get; init; }

    /// <summary>Kernel buffer to ask for; 0: the system's own.</summary>
    public int SendBufferBytes { get; init; }

    /// <summary>Payload bits per second that are not exceeded; 0: no limit.</summary>
    public long BitsPerSecond { get; init; }

    /// <summary>With a rate: bytes that may leave at once; 0: what it gives in 2 ms, at most 64 KiB.</summary>
    public int BurstBytes { get; init; }

    /// <summary>Datagrams sent. Any thread.</summary>
    public long Packets => Volatile.Read(ref _packets);

    /// <summary>Payload bytes sent. Any thread.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Replies that nobody listens there. Any thread.</summary>
    public long SendErrors => Volatile.Read(ref _sendErrors);

    [Port("Datagrams to send: each chunk is the payload of one.", Format = "datagram")]
    public partial Inbox<Chunk> Inbox { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters =>
    [
        new("packets", Packets),
        new("bytes", Bytes),
        new("send_errors", SendErrors),
        new("pace_late_ns_max", _jitter.LateNsMax),
        new("pace_jitter_ns", _jitter.Ns),
    ];

    /// <inheritdoc/>
    public static ComponentInfo Info => UdpTables.Sender;

    /// <inheritdoc/>
    public static UdpSender Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string gso = options.Text("gso"); // Checked, so that a line works with either twin; .NET cannot segment.
        if (gso is not ("auto" or "off") && (!int.TryParse(gso, out int segments) || segments is < 2 or > 64))
            throw options.Bad("gso", $"'{gso}' is not auto, off or a number 2 to 64.");
        return new(options.Address("address"))
        {
            Interface = options.TextOrNull("iface"),
            Ttl = options.IsSet("ttl") ? options.Int("ttl") : null,
            Loop = options.Bool("loop"),
            Bind = options.IsSet("bind") ? options.Address("bind") : null,
            Reuse = options.Bool("reuse"),
            SendBufferBytes = options.Int("sndbuf"),
            BitsPerSecond = options.Rate("pace"),
            BurstBytes = options.Int("burst"),
        };
    }

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        if (Address.Host.Length == 0)
            throw new ResourceUnavailableException("address", $"address: a host is missing before '{Address}'");
        if (Address.Port == 0)
            throw new ResourceUnavailableException("address",
                $"address: {Address} has port 0, to which nobody listens");
        var network = Network.Of(this);
        var to = await UdpEndpoint.ResolveAsync(network, "address", Address, AddressFamily.Unspecified, stop);
        var from = Bind is { } bind
            ? await UdpEndpoint.ResolveAsync(network, "bind", bind, to.AddressFamily, stop)
            : null;
        using var socket = UdpSockets.OpenSender(network, this, to, from);
        var memory = new ChunkMemory();
        int bytesMax = to.AddressFamily == AddressFamily.InterNetworkV6 ? 65527 : 65507;
        double burst = BurstBytes > 0 ? BurstBytes : Math.Min(BitsPerSecond / 8.0 / 500, 65536);
        var bucket = BitsPerSecond > 0 ? new TokenBucket(BitsPerSecond / 8.0, Math.Max(burst, 1), Time) : null;
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var chunk))
            {
                using (chunk)
                {
                    if (chunk.Length > bytesMax)
                        throw new InvalidDataException($"a datagram of {chunk.Length} bytes came in, and UDP carries "
                            + $"{bytesMax} at most: make shorter ones upstream");
                    if (bucket is not null)
                    {
                        long dueNs = 0; // Of one that was held back.
                        while (bucket.TimeUntil(chunk.Length) is var wait && wait > Pacer.Slack)
                        {
                            dueNs = NowNs + (long)wait.TotalNanoseconds;
                            await DelayAsync(wait, stop);
                        }
                        if (dueNs != 0)
                            _jitter.Note(NowNs - dueNs);
                        bucket.Take(chunk.Length);
                    }
                    socket.TrySend(chunk.Span, out var error);
                    if (error != SocketError.Success)
                    {
                        if (UdpSockets.IsReply(new SocketException((int)error)))
                            Volatile.Write(ref _sendErrors, _sendErrors + 1);
                        var sending = socket.SendAsync(memory.Of(chunk), stop);
                        await SendAgainAsync(sending, socket, memory, chunk, to, stop);
                    }
                    Volatile.Write(ref _packets, _packets + 1);
                    Volatile.Write(ref _bytes, _bytes + chunk.Length);
                }
            }
        }
    }

    /// <summary>Waits for room in the socket's buffer; a datagram that a reply of the far end held back is tried again.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))] // A full buffer is no reason to allocate.
    private async ValueTask SendAgainAsync(ValueTask<int> sending, UdpSocket socket, ChunkMemory memory, Chunk chunk,
        IPEndPoint to, CancellationToken stop)
    {
        for (int refused = 0; ; refused++)
        {
            try
            {
                await sending;
                return;
            }
            catch (SocketException e) when (UdpSockets.IsReply(e) && refused < SoftErrorsInRowMax)
            {
                Volatile.Write(ref _sendErrors, _sendErrors + 1); // Said of an earlier one: this has not gone.
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.NoBufferSpaceAvailable)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), Time, stop); // The interface's queue is full.
                refused--;
            }
            catch (SocketException e)
            {
                throw UdpSockets.CannotSend(to, e, chunk.Length);
            }
            sending = socket.SendAsync(memory.Of(chunk), stop);
        }
    }
}
