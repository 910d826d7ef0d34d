using Kamaelia.Axon;

namespace Kamaelia.Sweep.Building;

/// <summary>Sends so many messages of its own.</summary>
public sealed class StationSource<T, TPayload>(Station station, int messages, TimeSpan pause, bool yields)
    : Component where TPayload : IPayload<T>
{
    private static readonly PortInfo[] s_ports =
        [PortInfo.Control, PortInfo.Signal, new("outbox", PortDirection.Out, typeof(T), "Messages.")];

    private Outbox<T>? _outbox;

    public Outbox<T> Outbox => _outbox ??= CreateOutbox<T>(s_ports[2]);

    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    protected override Box? CreateBox(string name) => name == "outbox" ? Outbox : base.CreateBox(name);

    protected override async Run RunAsync(CancellationToken stop)
    {
        for (int i = 0; i < messages; i++)
        {
            if (yields)
                await Task.Yield();
            if (pause > TimeSpan.Zero)
                await DelayAsync(pause, stop);
            await Outbox.SendAsync(station.Make<T, TPayload>(i), stop);
            station.NoteSent();
        }
    }
}

/// <summary>A station as a step.</summary>
public sealed class StationStep<T, TPayload>(Station station, bool isSink) : StepComponent<T, T>
    where TPayload : IPayload<T>
{
    protected override StepResult Step(ReadOnlySpan<T> input, Span<T> output)
    {
        int used = 0, made = 0;
        while (used < input.Length && (isSink || made < output.Length))
        {
            if (station.FaultsAtNext)
            {
                if (used == 0)
                    throw station.Fault<T, TPayload>(input[0]);
                break; // A step that throws has done nothing: so what was done is handed over first.
            }
            T message = input[used++];
            if (!station.Take<T, TPayload>(message))
                continue;
            if (isSink)
            {
                TPayload.Release(message);
                continue;
            }
            output[made++] = station.Stamp<T, TPayload>(message);
            station.NoteSent();
        }
        return new StepResult(used, made);
    }
}

/// <summary>Takes from two inboxes as they fill.</summary>
public sealed class StationJoin<T, TPayload> : Component where TPayload : IPayload<T>
{
    private static readonly PortInfo[] s_ports =
    [
        PortInfo.Control, PortInfo.Signal,
        new("inbox", PortDirection.In, typeof(T), "Some."), new("inbox-2", PortDirection.In, typeof(T), "Others."),
        new("outbox", PortDirection.Out, typeof(T), "All."),
    ];

    private readonly Station _station;
    private Inbox<T>? _first;
    private Inbox<T>? _second;
    private Outbox<T>? _outbox;

    public StationJoin(Station station) => _station = station;

    public Inbox<T> First => _first ??= CreateInbox<T>(s_ports[2]);

    public Inbox<T> Second => _second ??= CreateInbox<T>(s_ports[3]);

    public Outbox<T> Outbox => _outbox ??= CreateOutbox<T>(s_ports[4]);

    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    protected override Box? CreateBox(string name) => name switch
    {
        "inbox" => First,
        "inbox-2" => Second,
        "outbox" => Outbox,
        _ => base.CreateBox(name),
    };

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await WaitAnyAsync(First, Second, stop))
        {
            while (First.TryReceive(out T? message) || Second.TryReceive(out message))
            {
                if (!_station.Take<T, TPayload>(message))
                    continue;
                await Outbox.SendAsync(_station.Stamp<T, TPayload>(message), stop);
                _station.NoteSent();
            }
        }
    }
}
