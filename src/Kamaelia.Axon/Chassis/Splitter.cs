namespace Kamaelia.Axon;

/// <summary>Copies every message to any number of outboxes, which come and go while it runs. Chunks are shared, not
/// copied.</summary>
/// <typeparam name="T">The messages.</typeparam>
/// <remarks>An outbox whose linkage waits holds the others up when its reader is slow: give such a linkage a dropping
/// policy (<see cref="LinkOptions"/>). A reader that ends is forgotten; the splitter ends when its input
/// does.</remarks>
public sealed class Splitter<T> : Component
{
    private static readonly PortInfo[] s_ports = [PortInfo.Control, PortInfo.Signal, DataPorts.In<T>()];

    private readonly List<Outbox<T>> _outboxes = [];
    private Inbox<T>? _inbox;

    /// <summary>What is to be copied.</summary>
    public Inbox<T> Inbox => _inbox ??= CreateInbox<T>(s_ports[2]);

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    /// <inheritdoc/>
    protected override Box? CreateBox(string name) => name switch
    {
        "inbox" => Inbox,
        "outbox" => AddOutput(),
        _ => base.CreateBox(name),
    };

    /// <summary>One more outbox: "outbox", "outbox-2", …</summary>
    public Outbox<T> AddOutput()
    {
        Outbox<T> outbox = AddOutbox<T>("outbox", "A copy of what came in.", optional: true);
        _outboxes.Add(outbox);
        return outbox;
    }

    /// <summary>Takes an outbox away; its reader's stream ends (Unlinked).</summary>
    public void RemoveOutput(Outbox<T> outbox)
    {
        ArgumentNullException.ThrowIfNull(outbox);
        if (_outboxes.Remove(outbox))
            RemoveBox(outbox);
    }

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out T? message))
            {
                int owed = Math.Max(1, _outboxes.Count); // References held: ours is the last one's.
                MessageTraits<T>.Share(message, owed - 1);
                try
                {
                    for (int i = 0; i < _outboxes.Count && owed > 0;)
                    {
                        Outbox<T> outbox = _outboxes[i];
                        bool sent;
                        while (!(sent = outbox.TrySend(message)) && await outbox.WaitForRoomAsync(stop))
                        {
                        }
                        if (sent)
                        {
                            owed--;
                            i++;
                        }
                        else
                        {
                            RemoveOutput(outbox);
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
