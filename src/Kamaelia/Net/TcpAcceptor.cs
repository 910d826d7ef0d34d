using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Net;

/// <summary>Listens at a TCP port and is a pipe to whoever connects: one after the other, or all at once into one
/// stream.</summary>
/// <remarks>
/// One after the other (the default): what comes in is sent to the peer of the moment, what it sends goes out; the next
/// one waits in the system's queue. What comes in while there is no peer waits for the next; at a drain there will be
/// no next one, so without a peer it is lost, counted in <c>lost</c> and told in a warning. Merged: every peer's bytes
/// go out, in whatever order the chunks come; nothing is sent. For a protocol of one's own for each connection see
/// <see cref="TcpServer"/>; to send one stream to many, <see cref="TcpBroadcaster"/>.
/// </remarks>
/// <param name="address">Where to listen.</param>
public sealed partial class TcpAcceptor(HostPort address) : Component, INotated<TcpAcceptor>
{
    private readonly TcpCounts _counts = new();
    private int _localPort;
    private long _accepted;
    private long _lost;
    private int _open;

    /// <summary>Where to listen; port 0 takes a free one.</summary>
    public HostPort Address { get; } = address;

    /// <summary>Ends after so many connections; 0: never.</summary>
    public long ConnectionsMax { get; init; } = 1;

    /// <summary>All peers at once into one stream, and nothing to them.</summary>
    public bool Merges { get; init; }

    /// <summary>With <see cref="Merges"/>: peers at a time; more wait in the system's queue.</summary>
    public int OpenMax { get; init; } = 1000;

    /// <summary>The port it listens at; 0 before it does. Any thread.</summary>
    public int LocalPort => Volatile.Read(ref _localPort);

    /// <summary>Connections so far. Any thread.</summary>
    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>Bytes of the input that nobody got, because no peer was there any more. Any thread.</summary>
    public long Lost => Volatile.Read(ref _lost);

    [Port("What to send to the peer of the moment; its end finishes the sending side.", Format = "bytes")]
    public partial Inbox<Chunk> Inbox { get; }

    [Port("What peers send, cut as it comes.", Format = "bytes", Optional = true)]
    public partial Outbox<Chunk> Outbox { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters =>
    [
        new("port", LocalPort),
        new("accepted", Accepted),
        new("open", Volatile.Read(ref _open)),
        new("broken", _counts.Broken),
        new("received", _counts.Received),
        new("sent", _counts.Sent),
        new("lost", Lost),
    ];

    /// <inheritdoc/>
    public static ComponentInfo Info => TcpTables.Acceptor;

    /// <inheritdoc/>
    public static TcpAcceptor Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool merges = options.Text("mode") == "merge";
        return new(options.Address("address"))
        {
            Merges = merges,
            ConnectionsMax = options.IsSet("connections") ? options.Long("connections") : merges ? 0 : 1,
            OpenMax = options.Int("open_max"),
        };
    }

    internal override bool KeepsForNext => true; // What a peer did not get before it left is the next one's.

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        if (Merges && IsFed(Inbox))
            throw new InvalidOperationException($"{Path} merges what peers send and sends them nothing: take its input "
                + "away, or use tcp.serve to send to many");
        var listener = await TcpSockets.ListenAsync(Network.Of(this), Address, new StreamListenOptions(), stop);
        using var gate = new TcpGate(listener, this, Time);
        Volatile.Write(ref _localPort, gate.Port);
        Outbox.KeepOpen = true; // Peers come and go, the stream goes on.
        var ended = _ended = AddInbox<Component>("_ended", "A connection has ended.");
        ended.KeepOpen = true;
        // Fed, it is no source, and only a component that is hears at once of a drain.
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var bell = IsFed(Inbox) ? AddChild(new DrainBell(leaving)) : null;
        try
        {
            while (ConnectionsMax == 0 || _accepted < ConnectionsMax)
            {
                Open(await gate.AcceptAsync(leaving.Token));
                while (_open >= (Merges ? OpenMax : 1) && await ended.WaitAsync(stop))
                    ended.TryReceive(out _);
            }
        }
        catch (OperationCanceledException) when (StopRequested == StopKind.Drain)
        {
            // Nobody else is taken; those that are there finish.
        }
        gate.Dispose();
        bell?.RequestStop(StopKind.Cancel);
        await WaitChildrenAsync();
        await LoseInputAsync(stop);
    }

    /// <summary>Nobody is there and nobody will come: what waits, and at a drain what is still on its way, is
    /// lost.</summary>
    private async Task LoseInputAsync(CancellationToken stop)
    {
        do
        {
            while (Inbox.TryReceive(out var chunk))
            {
                Volatile.Write(ref _lost, _lost + chunk.Length);
                chunk.Dispose();
            }
        }
        while (StopRequested == StopKind.Drain && IsFed(Inbox) && await Inbox.WaitAsync(stop));
        if (_lost > 0)
            Warn($"{_lost} bytes of the input went to nobody: no peer was there and none will come any more");
    }

    private Inbox<Component>? _ended;

    private void Open(StreamSocket socket)
    {
        Volatile.Write(ref _accepted, _accepted + 1);
        Volatile.Write(ref _open, _open + 1);
        // The only one that there will be is what this component is for: if it breaks, so does the stream.
        var place = new TcpPlace(socket, _counts, keepsFaults: ConnectionsMax != 1);
        bool sends = !Merges && IsFed(Inbox);
        if (sends)
            place.PassIn();
        place.PassOut();
        AddChild(place);
        if (sends)
        {
            place.Inbox.TakeOptionsOf(Inbox);
            LinkBoxes(Inbox, place.Inbox);
        }
        LinkBoxes(place.Outbox, Outbox);
    }

    /// <inheritdoc/>
    protected override void OnChildEnded(Component child)
    {
        if (child is not TcpPlace)
            return;
        Volatile.Write(ref _open, _open - 1);
        RemoveChild(child);
        _ended?.ForcePush(child);
    }
}
