using System.Threading.Channels;

namespace Kamaelia.Axon;

/// <summary>A handle to read from a graph in ordinary code.</summary>
/// <typeparam name="T">The messages. A chunk that was read is the reader's to dispose.</typeparam>
/// <remarks>Any thread, one reader at a time. While nobody reads, the graph waits.</remarks>
public sealed class GraphOutput<T> : Component, IGraphHandle
{
    private static readonly PortInfo[] s_ports = [DataPorts.In<T>()];

    private readonly Channel<T> _channel;
    private Inbox<T>? _inbox;

    private readonly int _held;

    internal GraphOutput(int capacity)
    {
        _held = capacity;
        _channel = Channel.CreateBounded<T>(new BoundedChannelOptions(capacity) { SingleWriter = true });
    }

    internal Inbox<T> Inbox => _inbox ??= CreateInbox<T>(s_ports[0]);

    internal override int HeldMax => _held;

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    /// <inheritdoc/>
    protected override Box? CreateBox(string name) => name == "inbox" ? Inbox : base.CreateBox(name);

    /// <summary>For code that reads from channels.</summary>
    public ChannelReader<T> Reader => _channel.Reader;

    /// <summary>Waits for the next message.</summary>
    /// <exception cref="ChannelClosedException">The stream has ended; a fault is its inner exception.</exception>
    public ValueTask<T> ReadAsync(CancellationToken stop = default) => _channel.Reader.ReadAsync(stop);

    /// <summary>Every message until the end; throws at the end if the stream faulted.</summary>
    public IAsyncEnumerable<T> ReadAllAsync(CancellationToken stop = default) => _channel.Reader.ReadAllAsync(stop);

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out T? message))
            {
                if (!_channel.Writer.TryWrite(message))
                    await WriteAsync(message, stop);
            }
        }
        _channel.Writer.TryComplete(Inbox.End?.Exception);
    }

    private async ValueTask WriteAsync(T message, CancellationToken stop)
    {
        try
        {
            await _channel.Writer.WriteAsync(message, stop);
        }
        catch
        {
            MessageTraits<T>.Release(message);
            throw;
        }
    }

    /// <inheritdoc/>
    protected override ValueTask OnEndedAsync(EndReason reason)
    {
        _channel.Writer.TryComplete(reason.Exception);
        return default;
    }

    void IGraphHandle.GraphIsOver(Exception cause) => _channel.Writer.TryComplete(cause);
}
