namespace Kamaelia.Axon;

/// <summary>What those that copy every message to several outboxes share. Chunks are shared, not copied.</summary>
/// <typeparam name="T">The messages.</typeparam>
/// <remarks>Outboxes may come and go at any time, also while a message is on its way to them: each of the others gets
/// it exactly once.</remarks>
public abstract class FanOut<T> : Component
{
    private static readonly PortInfo[] s_ports = [PortInfo.Control, PortInfo.Signal, DataPorts.In<T>()];

    private readonly List<Outbox<T>> _outboxes = [];
    private Inbox<T>? _inbox;
    private int _at; // The outbox whose turn it is with the message at hand.

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
            while (Inbox.TryReceive(out T? message))
            {
                int owed = Math.Max(1, _outboxes.Count); // References held: ours is the last one's.
                MessageTraits<T>.Share(message, owed - 1);
                try
                {
                    for (_at = 0; _at < _outboxes.Count && owed > 0;)
                    {
                        Outbox<T> outbox = _outboxes[_at];
                        if (outbox.TrySend(message))
                        {
                            owed--;
                            _at++;
                        }
                        else if (outbox.IsReceiverEnded)
                        {
                            Leave(outbox);
                        }
                        else
                        {
                            await outbox.WaitForRoomAsync(stop); // Then it may be another's turn: it may be gone.
                        }
                    }
                }
                finally
                {
                    for (; owed > 0; owed--)
                        MessageTraits<T>.Release(message);
                }
            }
        }
    }
}
