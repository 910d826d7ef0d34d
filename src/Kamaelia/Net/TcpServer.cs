using System.Collections.Concurrent;
using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Net;

/// <summary>What a server does with one connection too many.</summary>
public enum TcpOverflow
{
    /// <summary>Accepts and resets it at once, and counts it: the peer knows where it stands.</summary>
    Refuse,

    /// <summary>Leaves it in the system's queue until there is a place.</summary>
    Wait,
}

/// <summary>Listens at a TCP port and makes a protocol for each connection: a component, or a whole sub-graph of
/// them.</summary>
/// <remarks>
/// <para><c>new TcpServer(new HostPort("", 8000), connection => new Echo())</c>: the factory is called for each
/// connection, on the scheduler where it will run, and gives a new component with an "inbox" of chunks (what the peer
/// sends), an "outbox" of chunks (what it gets), or both.</para>
/// <para>When the peer has sent its last byte the protocol's inbox ends; when the protocol ends, what it sent is
/// flushed and the connection is closed. A connection that breaks ends the protocol's inbox as faulted and its outbox's
/// receiver. A protocol that faults costs its own connection, which is reset, and nothing else: the graph is told in a
/// <see cref="ComponentFaulted"/> and runs on.</para>
/// <para>In a graph of several schedulers connections are placed on them in turn. When the graph drains nobody else is
/// accepted, and what is under way is finished.</para>
/// </remarks>
/// <param name="address">Where to listen; port 0 takes a free one.</param>
/// <param name="protocol">Makes a new component at each call.</param>
public sealed class TcpServer(HostPort address, Func<TcpConnection, Component> protocol) : Component
{
    private readonly Func<TcpConnection, Component> _protocol =
        protocol ?? throw new ArgumentNullException(nameof(protocol));
    private readonly ConcurrentDictionary<StreamSocket, byte> _onTheWay = [];
    private readonly List<Outbox<StreamSocket>> _lines = [];
    private TaskCompletionSource? _room;
    private int _localPort;
    private int _open;
    private long _accepted;
    private long _numbers;
    private long _refused;
    private long _faults;

    /// <summary>Where to listen.</summary>
    public HostPort Address { get; } = address;

    /// <summary>Connections at a time.</summary>
    public int ConnectionsMax { get; init; } = 10_000;

    /// <summary>What becomes of one too many.</summary>
    public TcpOverflow Overflow { get; init; }

    /// <summary>Connections that may wait in the system's queue.</summary>
    public int BacklogMax { get; init; } = 511;

    /// <summary>Connections go to all schedulers of the graph in turn; false: all stay on this component's.</summary>
    public bool Spreads { get; init; } = true;

    /// <summary>The port it listens at; 0 before it does. Any thread.</summary>
    public int LocalPort => Volatile.Read(ref _localPort);

    /// <summary>Connections open now. Any thread.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Connections accepted so far, without those refused. Any thread.</summary>
    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>Connections refused because there were too many. Any thread.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Connections whose protocol faulted, or could not be made. Any thread.</summary>
    public long Faults => Volatile.Read(ref _faults);

    /// <summary>Connections that broke. Any thread.</summary>
    public long Broken => Counts.Broken;

    internal TcpCounts Counts { get; } = new();

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters =>
    [
        new("port", LocalPort),
        new("open", Open),
        new("accepted", Accepted),
        new("refused", Refused),
        new("faults", Faults),
        new("broken", Broken),
        new("received", Counts.Received),
        new("sent", Counts.Sent),
    ];

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        var options = new StreamListenOptions { BacklogMax = BacklogMax };
        var listener = await TcpSockets.ListenAsync(Network.Of(this), Address, options, stop);
        using var gate = new TcpGate(listener, this, Time);
        if (Spreads && Graph!.Schedulers.Count > 1)
            await SpreadAsync();
        Volatile.Write(ref _localPort, gate.Port);
        try
        {
            while (true)
            {
                while (Overflow == TcpOverflow.Wait && WaitForRoom() is { } room)
                    await room.WaitAsync(stop);
                Place(await gate.AcceptAsync(stop));
            }
        }
        catch (OperationCanceledException) when (StopRequested == StopKind.Drain)
        {
            // Nobody else is taken; those that are there finish.
        }
        gate.Dispose();
        foreach (var line in _lines)
            line.EndStream();
        await WaitChildrenAsync();
    }

    /// <summary>A worker on each of the other schedulers.</summary>
    private async Task SpreadAsync()
    {
        var diff = new GraphDiff();
        int number = 0;
        foreach (var scheduler in Graph!.Schedulers)
        {
            if (ReferenceEquals(scheduler, Scheduler))
                continue;
            var worker = new TcpServerWorker(this) { Name = $"{Name}-worker-{++number}" };
            var line = AddOutbox<StreamSocket>($"to-{number}", "Connections to be served there.");
            _lines.Add(line);
            diff.Add(worker, scheduler).Link(line, worker.Inbox);
        }
        await Graph.ApplyAsync(diff);
    }

    private void Place(StreamSocket socket)
    {
        if (Open >= ConnectionsMax)
        {
            Volatile.Write(ref _refused, _refused + 1);
            socket.Reset();
            return;
        }
        Volatile.Write(ref _accepted, _accepted + 1);
        Interlocked.Increment(ref _open);
        int turn = (int)(_accepted % (_lines.Count + 1));
        if (turn < _lines.Count)
        {
            _onTheWay[socket] = 0;
            if (_lines[turn].TrySend(socket))
                return;
            _onTheWay.TryRemove(socket, out _); // So many wait there already: it is served here.
        }
        if (Serve(socket) is { } place)
            AddChild(place);
    }

    /// <summary>A connection that came to another scheduler; null when it was given up meanwhile.</summary>
    internal TcpPlace? Take(StreamSocket socket) => _onTheWay.TryRemove(socket, out _) ? Serve(socket) : null;

    private TcpPlace? Serve(StreamSocket socket)
    {
        var place = new TcpPlace(socket, Counts, keepsFaults: true);
        place.OnEnded(Ended);
        try
        {
            var made = _protocol(new TcpConnection(socket, Interlocked.Increment(ref _numbers)))
                ?? throw new InvalidOperationException($"{Path}: the protocol's factory made nothing");
            place.Serve(made);
            return place;
        }
        catch (Exception e)
        {
            Graph!.Report(new CallbackFaulted(Path, e));
            Interlocked.Increment(ref _faults);
            socket.Reset();
            place.BuryUnstarted();
            Leave();
            return null;
        }
    }

    // On the connection's scheduler.
    private void Ended(TcpPlace place)
    {
        if (place.HasFaulted)
            Interlocked.Increment(ref _faults);
        Leave();
    }

    private void Leave()
    {
        Interlocked.Decrement(ref _open); // Full fence: partners the exchange in WaitForRoom.
        Volatile.Read(ref _room)?.TrySetResult();
    }

    /// <summary>Null when one more may come; else completes when one has gone.</summary>
    private Task? WaitForRoom()
    {
        if (Open < ConnectionsMax)
            return null;
        var room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _room, room); // Then the second look: either it sees who left, or is told.
        return Open < ConnectionsMax ? null : room.Task;
    }

    /// <inheritdoc/>
    protected override void OnChildEnded(Component child) => RemoveChild(child);

    /// <inheritdoc/>
    protected override ValueTask OnEndedAsync(EndReason reason)
    {
        // Any order: they are all closed.
        foreach (var socket in _onTheWay.Keys.ToArray())
        {
            if (!_onTheWay.TryRemove(socket, out _))
                continue;
            socket.Dispose();
            Leave();
        }
        return default;
    }
}

/// <summary>Serves connections of a server that lives on another scheduler.</summary>
internal sealed partial class TcpServerWorker(TcpServer server) : Component
{
    [Port("Connections to serve.")]
    public partial Inbox<StreamSocket> Inbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var socket))
            {
                if (server.Take(socket) is { } place)
                    AddChild(place);
            }
        }
        await WaitChildrenAsync();
    }

    protected override void OnChildEnded(Component child) => RemoveChild(child);
}
