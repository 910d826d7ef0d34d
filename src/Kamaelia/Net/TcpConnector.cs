using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Net;

/// <summary>Connects to a TCP server: what comes in is sent, what is received goes out.</summary>
/// <remarks>
/// When its input ends the sending side is finished and reading goes on until the far end's end. Without input it only
/// receives, and ends with the far end. Reads into pooled chunks and gathers small ones to send; nothing is allocated a
/// chunk. A connection that breaks is a fault: supervise it to connect again.
/// </remarks>
/// <param name="address">Whom to connect to.</param>
public sealed partial class TcpConnector(HostPort address) : Component, INotated<TcpConnector>
{
    private readonly TcpCounts _counts = new();

    /// <summary>Whom to connect to.</summary>
    public HostPort Address { get; } = address;

    /// <summary>How long one try to connect may take; zero: as long as the system lets it.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to go on trying when nobody answers, with growing pauses of 0.1 to 5 s; zero: one try.
    /// </summary>
    public TimeSpan Retry { get; init; }

    /// <summary>Bytes received. Any thread.</summary>
    public long Received => _counts.Received;

    /// <summary>Bytes sent. Any thread.</summary>
    public long Sent => _counts.Sent;

    /// <summary>Whether it is connected, or was. Any thread.</summary>
    public bool IsConnected { get; private set; }

    [Port("What to send: the bytes of each chunk, in order; its end finishes the sending side.", Format = "bytes")]
    public partial Inbox<Chunk> Inbox { get; }

    [Port("What the server sends, cut as it comes.", Format = "bytes", Optional = true)]
    public partial Outbox<Chunk> Outbox { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters =>
    [
        new("received", Received),
        new("sent", Sent),
        new("connected", IsConnected ? 1 : 0),
    ];

    /// <inheritdoc/>
    public static ComponentInfo Info => TcpTables.Connector;

    /// <inheritdoc/>
    public static TcpConnector Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(options.Address("address"))
        {
            Timeout = options.Duration("timeout"),
            Retry = options.Duration("retry"),
        };
    }

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        var socket = await TcpSockets.ConnectAsync(Network.Of(this), Address, Timeout, Retry, Time, stop);
        IsConnected = true;
        var place = new TcpPlace(socket, _counts, keepsFaults: false);
        if (IsFed(Inbox))
            place.PassIn();
        place.PassOut();
        AddChild(place);
        if (IsFed(Inbox))
        {
            place.Inbox.TakeOptionsOf(Inbox);
            LinkBoxes(Inbox, place.Inbox);
        }
        LinkBoxes(place.Outbox, Outbox);
        await WaitChildrenAsync();
    }
}
