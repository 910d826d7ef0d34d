using System.Net.Sockets;
using Kamaelia.Axon;

namespace Kamaelia.Net;

/// <summary>One connection with its two halves and, in a server, the protocol between them.</summary>
/// <remarks>
/// Ends when the protocol has (or both halves have): what was written is flushed, the sending side is finished, and
/// for a moment it reads on, so that the far end gets the last bytes and no reset. When one part faults the connection
/// is reset and the other parts are cancelled.
/// </remarks>
internal sealed class TcpPlace : Component
{
    private static readonly PortInfo s_in = new("inbox", PortDirection.In, typeof(Chunk), "What to send.")
    {
        Format = "bytes",
    };
    private static readonly PortInfo s_out = new("outbox", PortDirection.Out, typeof(Chunk), "What the far end sends.")
    {
        Format = "bytes",
        IsOptional = true,
    };
    private static readonly PortInfo[] s_ports = [PortInfo.Control, PortInfo.Signal, s_in, s_out];

    private readonly StreamSocket _socket;
    private readonly TcpCounts _counts;
    private readonly bool _keepsFaults;
    private readonly TcpReader _reader;
    private TcpWriter? _writer;
    private Component? _protocol;
    private Action<TcpPlace>? _onEnded;
    private bool _isLost;
    private Inbox<Chunk>? _inbox;
    private Outbox<Chunk>? _outbox;

    /// <summary>A connection whose bytes pass in and out through its own boxes.</summary>
    /// <param name="socket">Its own from now on.</param>
    /// <param name="counts">Where it counts.</param>
    /// <param name="keepsFaults">A connection that breaks, or a part that faults, is told in an event or counted, and
    /// is no fault of the graph.</param>
    public TcpPlace(StreamSocket socket, TcpCounts counts, bool keepsFaults)
    {
        _socket = socket;
        _counts = counts;
        _keepsFaults = keepsFaults;
        _reader = AddChild(new TcpReader(socket, counts, this, keepsFaults ? OnBroken : null));
        _reader.Outbox.IsOptional = true;
    }

    /// <summary>What comes from outside to be sent; with <see cref="PassIn"/>.</summary>
    public Inbox<Chunk> Inbox => _inbox ??= CreateInbox<Chunk>(s_in);

    /// <summary>What was received; with <see cref="PassOut"/>.</summary>
    public Outbox<Chunk> Outbox => _outbox ??= CreateOutbox<Chunk>(s_out);

    /// <summary>A part of it faulted, not counting a connection that broke.</summary>
    public bool HasFaulted { get; private set; }

    internal override bool KeepsFaults => _keepsFaults;

    internal override string Kind => "connection";

    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    protected override Box? CreateBox(string name) => name switch
    {
        "inbox" => Inbox,
        "outbox" => Outbox,
        _ => base.CreateBox(name),
    };

    /// <summary>Called when it has ended and closed its socket. Before it starts.</summary>
    public void OnEnded(Action<TcpPlace> action) => _onEnded = action;

    /// <summary>What comes to its inbox is sent. Before it starts.</summary>
    public void PassIn() => LinkBoxes(Inbox, Writer().Inbox);

    /// <summary>What is received goes to its outbox. Before it starts.</summary>
    public void PassOut() => LinkBoxes(_reader.Outbox, Outbox);

    /// <summary>Puts a protocol between the halves. Before it starts.</summary>
    public void Serve(Component protocol)
    {
        _protocol = AddChild(protocol);
        if (Has(protocol, "inbox", PortDirection.In))
            LinkBoxes(_reader.Outbox, protocol.FindInbox("inbox"));
        if (Has(protocol, "outbox", PortDirection.Out))
            LinkBoxes(protocol.FindOutbox("outbox"), Writer().Inbox);
    }

    private TcpWriter Writer() => _writer ??= AddChild(new TcpWriter(_socket, _counts, _keepsFaults ? OnBroken : null));

    private static bool Has(Component component, string port, PortDirection direction) =>
        component.PortInfos.Any(p => p.Name == port && p.Direction == direction)
        || component.Boxes.Any(b => b.Name == port && b.Info.Direction == direction);

    protected override async Run RunAsync(CancellationToken stop)
    {
        await WaitChildrenAsync();
        if (_isLost || StopRequested == StopKind.Cancel)
            return;
        if (_writer is null && _protocol is not null)
            TcpEnding.FinishWriting(_socket); // Nobody has, and there is nothing to send.
        if (!_reader.IsAtEnd)
            await TcpEnding.LingerAsync(_socket, Time);
    }

    protected override void OnChildEnded(Component child)
    {
        if (child.End is { Kind: EndKind.Faulted })
        {
            HasFaulted = true;
            Lose();
        }
        else if (ReferenceEquals(child, _protocol) && _reader.State == ComponentState.Running)
        {
            _reader.RequestStop(StopKind.Cancel); // Nobody wants what still comes.
        }
    }

    private void OnBroken()
    {
        _counts.AddBroken();
        Lose();
    }

    private void Lose()
    {
        if (_isLost)
            return;
        _isLost = true;
        _socket.Reset();
        // A protocol hears of the end by its boxes, and may still finish what concerns others than this connection.
        foreach (var child in Children.ToArray())
        {
            if (child.State == ComponentState.Running && (HasFaulted || !ReferenceEquals(child, _protocol)))
                child.RequestStop(StopKind.Cancel);
        }
    }

    protected override ValueTask OnEndedAsync(EndReason reason)
    {
        _socket.Dispose();
        _onEnded?.Invoke(this);
        return default;
    }
}
