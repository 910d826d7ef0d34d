using Kamaelia.Axon;

namespace Kamaelia.Testing;

/// <summary>What an inbox of the component under test is fed by.</summary>
internal abstract class Feeder : Component
{
    private TaskCompletionSource? _asleep;

    protected EndReason? Reason { get; private set; }

    /// <summary>Messages that have not gone yet.</summary>
    public abstract int Waiting { get; }

    /// <summary>Its outbox ends behind what was fed.</summary>
    public void Finish(EndReason reason)
    {
        Reason ??= reason;
        Wake();
    }

    protected void Wake()
    {
        _asleep?.TrySetResult();
        _asleep = null;
    }

    protected Task Sleep(CancellationToken stop)
    {
        _asleep = new TaskCompletionSource();
        return _asleep.Task.WaitAsync(stop);
    }
}

internal sealed class Feeder<T> : Feeder
{
    private static readonly PortInfo[] s_ports = [new("outbox", PortDirection.Out, typeof(T), "What the test feeds.")];

    private readonly Queue<T> _messages = new();
    private Outbox<T>? _outbox;

    public Outbox<T> Outbox => _outbox ??= CreateOutbox<T>(s_ports[0]);

    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    public override int Waiting => _messages.Count;

    protected override Box? CreateBox(string name) => name == "outbox" ? Outbox : base.CreateBox(name);

    public void Feed(ReadOnlySpan<T> messages)
    {
        foreach (var message in messages)
            _messages.Enqueue(message);
        Wake();
    }

    protected override async Run RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                while (_messages.TryDequeue(out var message))
                    await Outbox.SendAsync(message, stop);
                if (Reason is not null)
                    break;
                await Sleep(stop);
            }
            Outbox.EndStream(Reason);
        }
        catch (ReceiverEndedException)
        {
            // The component under test has ended: what is left is given back below.
        }
        finally
        {
            while (_messages.TryDequeue(out var message))
                MessageTraits<T>.Release(message);
        }
    }
}
