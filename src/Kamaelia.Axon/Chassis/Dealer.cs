namespace Kamaelia.Axon;

/// <summary>Which worker of several gets a message.</summary>
public enum Dealing
{
    /// <summary>Each in turn, whatever the others do: the order can be restored behind the workers.</summary>
    InTurn,

    /// <summary>The one with the fewest waiting, of those with room; no slow one holds the others up.</summary>
    FewestWaiting,

    /// <summary>Always the same one for the same key: the order of each key's messages is kept.</summary>
    ByKey,
}

/// <summary>Gives each message to one of several outboxes: the opposite of a <see cref="Splitter{T}"/>, which gives it
/// to all.</summary>
/// <typeparam name="T">The messages.</typeparam>
/// <remarks>Ends when its input does. With <see cref="Dealing.FewestWaiting"/> an outbox whose receiver has ended is
/// left out, and what was dealt to it before is its receiver's; otherwise that end is this component's end
/// too.</remarks>
public sealed class Dealer<T> : Component
{
    private static readonly PortInfo[] s_ports = [PortInfo.Control, PortInfo.Signal, DataPorts.In<T>()];

    private readonly Dealing _dealing;
    private readonly Func<T, int>? _key;
    private readonly Outbox<T>[] _all;
    private Outbox<T>[] _outboxes; // Those that are still dealt to.
    private Inbox<T>? _inbox;
    private int _turn;
    private long _dealt;

    /// <summary>A dealer to so many.</summary>
    /// <param name="outputs">How many outboxes: "outbox", "outbox-2", …</param>
    /// <param name="dealing">Which one gets a message.</param>
    /// <param name="key">For <see cref="Dealing.ByKey"/>, and only there: any number; equal ones go the same way. Runs
    /// on the scheduler's thread.</param>
    /// <exception cref="ArgumentException">There is a key without ByKey, or ByKey without a key.</exception>
    public Dealer(int outputs, Dealing dealing = Dealing.FewestWaiting, Func<T, int>? key = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        if (dealing == Dealing.ByKey != key is not null)
            throw new ArgumentException("a key is given for dealing by key, and only then", nameof(key));
        _dealing = dealing;
        _key = key;
        _all = _outboxes = new Outbox<T>[outputs];
        for (int i = 0; i < outputs; i++)
            _all[i] = AddOutbox<T>(i == 0 ? "outbox" : $"outbox-{i + 1}", "Its share of what came in.");
    }

    /// <summary>What is to be dealt.</summary>
    public Inbox<T> Inbox => _inbox ??= CreateInbox<T>(s_ports[2]);

    /// <summary>How many it has dealt. Not what its inbox counts: there a policy may drop some.</summary>
    internal long Dealt => Volatile.Read(ref _dealt);

    /// <summary>Where it goes; those whose receivers have ended included.</summary>
    public IReadOnlyList<Outbox<T>> Outboxes => _all;

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    /// <inheritdoc/>
    protected override Box? CreateBox(string name) => name == "inbox" ? Inbox : base.CreateBox(name);

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryPeek(out T? next))
            {
                Outbox<T>? outbox = Choose(next);
                if (outbox is null)
                {
                    await new RoomOfAnyAwaitable(_outboxes, stop);
                    continue;
                }
                Inbox.TryReceive(out T? message);
                await outbox.SendAsync(message!, stop);
                _dealt++;
            }
        }
    }

    /// <summary>Null: all are full.</summary>
    private Outbox<T>? Choose(T message)
    {
        if (_dealing == Dealing.ByKey)
            return _outboxes[(int)((uint)_key!(message) % (uint)_outboxes.Length)];
        int turn = _turn;
        if (_dealing == Dealing.InTurn)
        {
            _turn = turn + 1 == _outboxes.Length ? 0 : turn + 1;
            return _outboxes[turn];
        }
        if (Array.Exists(_outboxes, static each => each.IsReceiverEnded) && !LeaveOutEnded())
            throw new ReceiverEndedException(_outboxes[0].Path);
        return FewestWaiting();
    }

    private Outbox<T>? FewestWaiting()
    {
        Outbox<T>? best = null;
        int least = int.MaxValue, chosen = 0; // Not the most room: capacities differ, on the way to a scheduler too.
        for (int i = 0; i < _outboxes.Length; i++)
        {
            int at = (_turn + i) % _outboxes.Length; // From another one each time: equals take turns.
            if (_outboxes[at].Queued < least && _outboxes[at].Room > 0)
                (best, least, chosen) = (_outboxes[at], _outboxes[at].Queued, at);
        }
        if (best is not null)
            _turn = (chosen + 1) % _outboxes.Length;
        return best;
    }

    /// <summary>False when none is left.</summary>
    private bool LeaveOutEnded()
    {
        if (Array.TrueForAll(_outboxes, static each => each.IsReceiverEnded))
            return false;
        _outboxes = Array.FindAll(_outboxes, static each => !each.IsReceiverEnded);
        _turn = 0;
        return true;
    }
}
