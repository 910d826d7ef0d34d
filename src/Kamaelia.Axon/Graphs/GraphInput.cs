using System.Threading.Channels;

namespace Kamaelia.Axon;

/// <summary>A handle to feed a graph from ordinary code.</summary>
/// <typeparam name="T">The messages. A chunk is given away by posting it.</typeparam>
/// <remarks>Any thread. The stream into the graph ends with <see cref="Complete"/>, or when the graph drains.</remarks>
public sealed class GraphInput<T> : Component, IGraphHandle
{
    private static readonly PortInfo[] s_ports = [DataPorts.Out<T>()];

    private readonly Channel<T> _channel;
    private Outbox<T>? _outbox;

    private readonly int _held;

    internal GraphInput(int capacity)
    {
        _held = capacity;
        _channel = Channel.CreateBounded<T>(new BoundedChannelOptions(capacity) { SingleReader = true });
    }

    internal Outbox<T> Outbox => _outbox ??= CreateOutbox<T>(s_ports[0]);

    internal override int HeldMax => _held;

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    /// <inheritdoc/>
    protected override Box? CreateBox(string name) => name == "outbox" ? Outbox : base.CreateBox(name);

    /// <summary>For code that writes to channels.</summary>
    public ChannelWriter<T> Writer => _channel.Writer;

    /// <summary>Posts a message; waits while the graph is behind.</summary>
    /// <exception cref="ChannelClosedException">The input was completed or its component has ended.</exception>
    public ValueTask PostAsync(T message, CancellationToken stop = default) =>
        _channel.Writer.WriteAsync(message, stop);

    /// <summary>Posts a message if there is room.</summary>
    public bool TryPost(T message) => _channel.Writer.TryWrite(message);

    /// <summary>Nothing more will be posted.</summary>
    public void Complete(Exception? fault = null) => _channel.Writer.TryComplete(fault);

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        ChannelReader<T> reader = _channel.Reader;
        try
        {
            while (await reader.WaitToReadAsync(stop))
            {
                // Without the token: what was taken from the channel is under way, and a drain waits for it.
                while (reader.TryRead(out T? message))
                    await Outbox.SendAsync(message, CancellationToken.None);
            }
        }
        catch (OperationCanceledException) when (StopRequested == StopKind.Drain)
        {
            // What was posted before the drain is under way and is delivered below.
        }
        _channel.Writer.TryComplete();
        while (reader.TryRead(out T? message))
            await Outbox.SendAsync(message, CancellationToken.None);
    }

    /// <inheritdoc/>
    protected override ValueTask OnEndedAsync(EndReason reason)
    {
        _channel.Writer.TryComplete();
        while (_channel.Reader.TryRead(out T? message))
            MessageTraits<T>.Release(message);
        return default;
    }

    void IGraphHandle.GraphIsOver(Exception cause) => _channel.Writer.TryComplete(cause);
}
