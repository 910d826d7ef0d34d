using Kamaelia.Axon;

namespace Kamaelia.Testing;

/// <summary>Keeps what an outbox of the component under test sends, until the test looks.</summary>
internal abstract class Collector : Component
{
    /// <summary>Why the stream ended; null: it has not.</summary>
    public EndReason? Reason { get; protected set; }

    public abstract int Count { get; }

    /// <summary>What is there and was not looked at, as text.</summary>
    public abstract string Describe();

    public abstract void Release();
}

internal sealed class Collector<T> : Collector
{
    private const int ShownMax = 5;
    private static readonly PortInfo[] s_ports = [new("inbox", PortDirection.In, typeof(T), "What the test looks at.")];

    private Inbox<T>? _inbox;

    public Inbox<T> Inbox => _inbox ??= CreateInbox<T>(s_ports[0]);

    public Queue<T> Messages { get; } = new();

    public override int Count => Messages.Count;

    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    protected override Box? CreateBox(string name) => name == "inbox" ? Inbox : base.CreateBox(name);

    public override string Describe() => Count == 0
        ? "nothing"
        : string.Join(", ", Messages.Take(ShownMax).Select(message => ComponentBench.TextOf(message)))
            + (Count > ShownMax ? $" and {Count - ShownMax} more" : "");

    public override void Release()
    {
        while (Messages.TryDequeue(out var message))
            MessageTraits<T>.Release(message);
    }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var message))
                Messages.Enqueue(message);
        }
        Reason = Inbox.End;
    }
}
