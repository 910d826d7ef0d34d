using System.Runtime.CompilerServices;

namespace Kamaelia.Axon;

/// <summary>What those that copy every message to several outboxes share. Chunks are shared, not copied.</summary>
/// <typeparam name="T">The messages.</typeparam>
/// <remarks>Outboxes may come and go at any time, also while a message is on its way to them: each of the others gets
/// it exactly once.</remarks>
public abstract class FanOut<T> : Component
{
    private const int AtOnceMax = LinkOptions.DefaultCapacity;

    private static readonly PortInfo[] s_ports = [PortInfo.Control, PortInfo.Signal, DataPorts.In<T>()];

    private readonly List<Outbox<T>> _outboxes = [];
    private Inbox<T>? _inbox;
    private T[] _taken = new T[1]; // The messages at hand.
    private int _at; // The outbox whose turn it is with them.
    private nint[] _seen = []; // Where each outbox led when it was last looked whether two lead to one inbox.
    private bool _areTwins;

    private protected FanOut()
    {
    }

    /// <summary>What is to be copied.</summary>
    public Inbox<T> Inbox => _inbox ??= CreateInbox<T>(s_ports[2]);

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    /// <inheritdoc/>
    protected override Box? CreateBox(string name) => name == "inbox" ? Inbox : base.CreateBox(name);

    private protected int OutputCount => _outboxes.Count;

    private protected Outbox<T> AddCopy(string name, string sentence)
    {
        Outbox<T> outbox = AddOutbox<T>(name, sentence, optional: true);
        _outboxes.Add(outbox);
        return outbox;
    }

    /// <summary>False: it is not, or no longer, one of them.</summary>
    private protected bool DropCopy(Outbox<T> outbox)
    {
        int index = _outboxes.IndexOf(outbox);
        if (index < 0)
            return false;
        _outboxes.RemoveAt(index);
        if (index < _at)
            _at--; // Else the one after it would be passed over.
        return true;
    }

    /// <summary>The receiver behind an outbox has ended.</summary>
    private protected abstract void Leave(Outbox<T> outbox);

    private protected virtual void OnBegin()
    {
    }

    /// <inheritdoc/>
    protected sealed override async Run RunAsync(CancellationToken stop)
    {
        OnBegin();
        while (await Inbox.WaitAsync(stop))
        {
            while (Take() is > 0 and int count)
            {
                int owed = Math.Max(1, _outboxes.Count); // References held: ours is the last one's.
                int done = 0; // Of these messages, those that the outbox whose turn it is has.
                ShareTaken(count, owed - 1);
                try
                {
                    for (_at = 0; _at < _outboxes.Count && owed > 0;)
                    {
                        Outbox<T> outbox = _outboxes[_at];
                        done += outbox.TrySendBatch(_taken.AsSpan(done, count - done));
                        if (done == count)
                        {
                            (owed, done) = (owed - 1, 0);
                            _at++;
                            continue;
                        }
                        if (outbox.IsReceiverEnded)
                            Leave(outbox);
                        else
                            await outbox.WaitForRoomAsync(CancellationToken.None); // It is under way: only a cancel.
                        if (_at < _outboxes.Count && ReferenceEquals(_outboxes[_at], outbox))
                            continue;
                        ReleaseTaken(done, count); // It is gone, and with it its turn.
                        (owed, done) = (owed - 1, 0);
                    }
                }
                finally
                {
                    for (; owed > 0; owed--, done = 0)
                        ReleaseTaken(done, count);
                    Forget(count);
                }
            }
        }
    }

    /// <summary>Takes one message, or as many as every outbox has room for: each outbox then gets them in one go, and
    /// its memory is fetched once for all of them. Never more: a reader that needs the same message from two of the
    /// outboxes would wait for the one that has not had its turn.</summary>
    private int Take()
    {
        int waiting = Inbox.Count;
        int most = waiting > 1 ? Math.Min(waiting, RoomOfAll()) : waiting;
        if (most > _taken.Length)
            _taken = new T[AtOnceMax];
        return Inbox.TryReceiveBatch(_taken.AsSpan(0, most));
    }

    private int RoomOfAll()
    {
        int room = AtOnceMax;
        bool same = _seen.Length == _outboxes.Count;
        for (int i = 0; i < _outboxes.Count && room > 1; i++)
        {
            room = Math.Min(room, _outboxes[i].RoomAtOnce);
            same = same && _seen[i] == _outboxes[i].Storage;
        }
        if (room > 1 && !same)
            LookForTwins();
        return _areTwins ? 1 : Math.Max(1, room);
    }

    /// <summary>Two outboxes that feed one inbox: the room that each of them sees is the same room.</summary>
    private void LookForTwins()
    {
        _seen = [.. _outboxes.Select(outbox => outbox.Storage)];
        _areTwins = _seen.Where(storage => storage != 0).Distinct().Count() != _seen.Count(storage => storage != 0);
    }

    private void ShareTaken(int count, int more)
    {
        foreach (T message in _taken.AsSpan(0, count))
            MessageTraits<T>.Share(message, more);
    }

    private void ReleaseTaken(int from, int count)
    {
        foreach (T message in _taken.AsSpan(from, count - from))
            MessageTraits<T>.Release(message);
    }

    private void Forget(int count)
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            _taken.AsSpan(0, count).Clear();
    }
}
