using System.Threading.Channels;

namespace Kamaelia.Axon;

/// <summary>A component whose body blocks: it runs on a thread of its own.</summary>
/// <typeparam name="TIn">What comes in.</typeparam>
/// <typeparam name="TOut">What goes out.</typeparam>
/// <remarks>Between the thread and the boxes lie two queues of <c>queueLength</c> messages, so what fits is the inbox's
/// capacity and the queue's. Data is never overtaken by the end. A body that does not heed <c>stop</c> is abandoned at
/// the stop's deadline, by name.</remarks>
public abstract class ThreadedComponent<TIn, TOut>(int queueLength = 1000) : Component
{
    private static readonly PortInfo[] s_ports =
        [PortInfo.Control, PortInfo.Signal, DataPorts.In<TIn>(), DataPorts.Out<TOut>()];

    private Inbox<TIn>? _inbox;
    private Outbox<TOut>? _outbox;

    /// <summary>What comes in.</summary>
    public Inbox<TIn> Inbox => _inbox ??= CreateInbox<TIn>(s_ports[2]);

    /// <summary>What goes out.</summary>
    public Outbox<TOut> Outbox => _outbox ??= CreateOutbox<TOut>(s_ports[3]);

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    /// <inheritdoc/>
    protected override Box? CreateBox(string name) =>
        name switch { "inbox" => Inbox, "outbox" => Outbox, _ => base.CreateBox(name) };

    internal override int HeldMax => 2 * queueLength;

    /// <summary>Its thread and the helper that feeds it know one scheduler.</summary>
    protected override bool IsBoundToScheduler => true;

    /// <summary>The body, on its own thread: it may block.</summary>
    protected abstract void RunThread(
        BlockingInbox<TIn> inbox, BlockingOutbox<TOut> outbox, CancellationToken stop);

    private volatile bool _isLeft; // The body has gone before its thread: the thread clears up after itself.

    /// <inheritdoc/>
    protected sealed override async Run RunAsync(CancellationToken stop)
    {
        var toThread = Channel.CreateBounded<TIn>(queueLength);
        var fromThread = Channel.CreateBounded<TOut>(queueLength);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var threadStop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        CancellationToken threadToken = threadStop.Token;
        var thread = new Thread(() => OnThread(toThread, fromThread, done, threadToken))
        {
            IsBackground = true,
            Name = Path,
        };
        thread.Start();
        using var feedingStop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task feeding = FeedAsync(toThread.Writer, done.Task, feedingStop.Token);
        try
        {
            while (await fromThread.Reader.WaitToReadAsync(CancellationToken.None))
            {
                while (fromThread.Reader.TryRead(out TOut? message))
                    await Outbox.SendAsync(message, stop);
            }
        }
        catch
        {
            toThread.Writer.TryComplete();
            threadStop.Cancel(); // Nobody takes what it sends any more: it must not wait for that.
            _isLeft = true;
            Release(toThread);
            throw;
        }
        finally
        {
            feedingStop.Cancel(); // The thread has ended or must: nothing more goes there.
            Release(fromThread);
        }
        try
        {
            await done.Task; // The thread's own exception, with its stack.
        }
        finally
        {
            await feeding;
            PutBack(toThread); // What it never looked at was not received.
        }
    }

    private void PutBack(Channel<TIn> toThread)
    {
        var unread = new List<TIn>();
        while (toThread.Reader.TryRead(out TIn? message))
            unread.Add(message);
        Inbox.PutBack(unread);
    }

    private static void Release<T>(Channel<T> channel)
    {
        while (channel.Reader.TryRead(out T? message))
            MessageTraits<T>.Release(message);
    }

    private void OnThread(
        Channel<TIn> toThread, Channel<TOut> fromThread, TaskCompletionSource done, CancellationToken stop)
    {
        Graph?.NoteOwnThread(); // A stop that it asks for must not wait for it.
        try
        {
            RunThread(new BlockingInbox<TIn>(toThread.Reader, stop), new BlockingOutbox<TOut>(fromThread.Writer, stop),
                stop);
            done.SetResult();
        }
        catch (Exception e)
        {
            done.SetException(e);
        }
        fromThread.Writer.TryComplete();
        if (!_isLeft)
            return;
        Release(toThread);
        Release(fromThread);
    }

    private async Task FeedAsync(ChannelWriter<TIn> writer, Task threadEnded, CancellationToken stop)
    {
        try
        {
            while (await Inbox.WaitAsync(stop))
            {
                while (Inbox.TryPeek(out TIn? message))
                {
                    if (!writer.TryWrite(message))
                    {
                        Task<bool> room = writer.WaitToWriteAsync(stop).AsTask();
                        if (await Task.WhenAny(room, threadEnded) == threadEnded || !await room)
                            return; // The thread has ended: what is left is dropped with the inbox.
                        continue;
                    }
                    Inbox.TryReceive(out _);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The stop; the thread hears of it by its own token.
        }
        finally
        {
            writer.TryComplete();
        }
    }
}

/// <summary>An inbox as a blocking body sees it.</summary>
/// <typeparam name="T">The messages.</typeparam>
public readonly struct BlockingInbox<T>
{
    private readonly ChannelReader<T> _reader;
    private readonly CancellationToken _stop;

    internal BlockingInbox(ChannelReader<T> reader, CancellationToken stop)
    {
        _reader = reader;
        _stop = stop;
    }

    /// <summary>Messages that have reached the thread's queue.</summary>
    public int Count => _reader.Count;

    /// <summary>Takes a message if there is one.</summary>
    public bool TryReceive([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T message) =>
        _reader.TryRead(out message);

    /// <summary>Waits for a message: false at the end.</summary>
    /// <exception cref="OperationCanceledException">The component must stop.</exception>
    public bool Receive([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T message)
    {
        while (true)
        {
            if (_reader.TryRead(out message))
                return true;
            if (!_reader.WaitToReadAsync(_stop).AsTask().GetAwaiter().GetResult())
                return _reader.TryRead(out message);
        }
    }
}

/// <summary>An outbox as a blocking body sees it.</summary>
/// <typeparam name="T">The messages.</typeparam>
public readonly struct BlockingOutbox<T>
{
    private readonly ChannelWriter<T> _writer;
    private readonly CancellationToken _stop;

    internal BlockingOutbox(ChannelWriter<T> writer, CancellationToken stop)
    {
        _writer = writer;
        _stop = stop;
    }

    /// <summary>Sends if the thread's queue has room.</summary>
    public bool TrySend(T message) => _writer.TryWrite(message);

    /// <summary>Sends, and waits for room.</summary>
    /// <exception cref="OperationCanceledException">The component must stop.</exception>
    public void Send(T message)
    {
        while (!_writer.TryWrite(message))
        {
            if (!_writer.WaitToWriteAsync(_stop).AsTask().GetAwaiter().GetResult())
                throw new OperationCanceledException(_stop);
        }
    }
}
