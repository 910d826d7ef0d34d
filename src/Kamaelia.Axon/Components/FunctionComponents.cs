namespace Kamaelia.Axon;

/// <summary>The two default data ports, for components made of functions.</summary>
internal static class DataPorts
{
    public static PortInfo In<T>() => new("inbox", PortDirection.In, typeof(T), "What comes in.");

    public static PortInfo Out<T>() => new("outbox", PortDirection.Out, typeof(T), "What goes out.");
}

internal sealed class MapComponent<TIn, TOut>(Func<TIn, TOut> map) : StepComponent<TIn, TOut>
{
    protected override StepResult Step(ReadOnlySpan<TIn> input, Span<TOut> output)
    {
        int count = Math.Min(input.Length, output.Length);
        int done = 0;
        try
        {
            for (; done < count; done++)
                output[done] = map(input[done]);
        }
        catch (Exception) when (done > 0)
        {
            // What was made before goes out first; the next step meets the same message again, alone.
        }
        return new StepResult(done, done);
    }
}

internal sealed class BodyComponent<TIn, TOut>(Func<Inbox<TIn>, Outbox<TOut>, CancellationToken, Run> body) : Component
{
    private static readonly PortInfo[] s_ports =
        [PortInfo.Control, PortInfo.Signal, DataPorts.In<TIn>(), DataPorts.Out<TOut>()];

    private Inbox<TIn>? _inbox;
    private Outbox<TOut>? _outbox;

    public Inbox<TIn> Inbox => _inbox ??= CreateInbox<TIn>(s_ports[2]);

    public Outbox<TOut> Outbox => _outbox ??= CreateOutbox<TOut>(s_ports[3]);

    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    protected override Box? CreateBox(string name) =>
        name switch { "inbox" => Inbox, "outbox" => Outbox, _ => base.CreateBox(name) };

    protected override Run RunAsync(CancellationToken stop) => body(Inbox, Outbox, stop);
}

internal sealed class SourceComponent<T>(Func<Outbox<T>, CancellationToken, Run> body) : Component
{
    private static readonly PortInfo[] s_ports = [PortInfo.Control, PortInfo.Signal, DataPorts.Out<T>()];

    private Outbox<T>? _outbox;

    public Outbox<T> Outbox => _outbox ??= CreateOutbox<T>(s_ports[2]);

    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    protected override Box? CreateBox(string name) => name == "outbox" ? Outbox : base.CreateBox(name);

    protected override Run RunAsync(CancellationToken stop) => body(Outbox, stop);
}

internal sealed class SinkComponent<T>(Func<Inbox<T>, CancellationToken, Run> body) : Component
{
    private static readonly PortInfo[] s_ports = [PortInfo.Control, PortInfo.Signal, DataPorts.In<T>()];

    private Inbox<T>? _inbox;

    public Inbox<T> Inbox => _inbox ??= CreateInbox<T>(s_ports[2]);

    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    protected override Box? CreateBox(string name) => name == "inbox" ? Inbox : base.CreateBox(name);

    protected override Run RunAsync(CancellationToken stop) => body(Inbox, stop);
}
