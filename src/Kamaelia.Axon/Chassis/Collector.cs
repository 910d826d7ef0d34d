namespace Kamaelia.Axon;

/// <summary>Takes one message from each of several inboxes in turn: restores the order in which a
/// <see cref="Dealer{T}"/> dealt in turn.</summary>
/// <typeparam name="T">The messages.</typeparam>
/// <remarks>What lies between must make exactly one message of each. It ends with the first inbox that ends at its
/// turn; if another has messages then, or a farm's dealer has dealt more than came, that promise was broken: it faults
/// and says so.</remarks>
public sealed class Collector<T> : Component
{
    private const string Promise =
        "the workers of an ordered farm make exactly one message of each that they get";

    private static readonly PortInfo[] s_ports = [PortInfo.Control, PortInfo.Signal, DataPorts.Out<T>()];

    private readonly Inbox<T>[] _inboxes;
    private Outbox<T>? _outbox;

    /// <summary>How many were dealt, asked when all has come; null: nobody knows.</summary>
    internal Func<long>? Dealt { get; init; }

    /// <summary>A collector from so many.</summary>
    /// <param name="inputs">How many inboxes: "inbox", "inbox-2", …</param>
    public Collector(int inputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        _inboxes = new Inbox<T>[inputs];
        for (int i = 0; i < inputs; i++)
            _inboxes[i] = AddInbox<T>(i == 0 ? "inbox" : $"inbox-{i + 1}", "One message at each turn.");
    }

    /// <summary>In the order of the turns.</summary>
    public IReadOnlyList<Inbox<T>> Inboxes => _inboxes;

    /// <summary>All messages, in the order in which they were dealt.</summary>
    public Outbox<T> Outbox => _outbox ??= CreateOutbox<T>(s_ports[2]);

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    /// <inheritdoc/>
    protected override Box? CreateBox(string name) => name == "outbox" ? Outbox : base.CreateBox(name);

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        int turn = 0;
        long came = 0;
        while (await _inboxes[turn].WaitAsync(stop))
        {
            _inboxes[turn].TryReceive(out T? message);
            came++;
            await Outbox.SendAsync(message!, stop);
            turn = turn + 1 == _inboxes.Length ? 0 : turn + 1;
        }
        Inbox<T> ended = _inboxes[turn];
        if (ended.End is not { Kind: EndKind.Completed })
            return; // A fault or a cancel before it: the others have what was under way.
        while (await WaitAnyAsync(_inboxes, stop))
        {
            Inbox<T> other = Array.Find(_inboxes, static each => each.Count > 0)!;
            throw new InvalidOperationException($"{ended.Path} has ended, and {other.Path} has messages that come "
                + $"after its next: {Promise}");
        }
        if (Array.TrueForAll(_inboxes, static each => each.End is { Kind: EndKind.Completed })
            && Dealt?.Invoke() is { } dealt && dealt != came)
            throw new InvalidOperationException($"{Path}: {dealt} messages were dealt and {came} came: {Promise}");
    }
}
