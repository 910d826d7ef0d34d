namespace Kamaelia.Axon;

/// <summary>Components out of functions, for what does not deserve a class.</summary>
public static class Components
{
    /// <summary>Turns each message into another.</summary>
    public static Component Map<TIn, TOut>(Func<TIn, TOut> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return new MapComponent<TIn, TOut>(map);
    }

    /// <summary>Passes on the messages that fit; the others are released.</summary>
    public static Component Filter<T>(Func<T, bool> fits)
    {
        ArgumentNullException.ThrowIfNull(fits);
        return Body<T, T>(async (inbox, outbox, stop) =>
        {
            while (await inbox.WaitAsync(stop))
            {
                while (inbox.TryReceive(out T? message))
                {
                    if (fits(message))
                        await outbox.SendAsync(message, stop);
                    else
                        MessageTraits<T>.Release(message);
                }
            }
        });
    }

    /// <summary>Gives each message to a function. A chunk is the function's to dispose.</summary>
    public static Component Sink<T>(Action<T> take)
    {
        ArgumentNullException.ThrowIfNull(take);
        return new SinkComponent<T>(async (inbox, stop) =>
        {
            while (await inbox.WaitAsync(stop))
            {
                while (inbox.TryReceive(out T? message))
                    take(message);
            }
        });
    }

    /// <summary>Sends what a sequence gives.</summary>
    public static Component Source<T>(IEnumerable<T> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return new SourceComponent<T>(async (outbox, stop) =>
        {
            foreach (T message in messages)
            {
                if (stop.IsCancellationRequested)
                    break;
                await outbox.SendAsync(message, stop);
            }
        });
    }

    /// <summary>Sends what an asynchronous sequence gives.</summary>
    public static Component Source<T>(Func<CancellationToken, IAsyncEnumerable<T>> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return new SourceComponent<T>(async (outbox, stop) =>
        {
            await foreach (T message in messages(stop).WithCancellation(stop))
                await outbox.SendAsync(message, stop);
        });
    }

    /// <summary>An <see cref="IAsyncEnumerable{T}"/> of what comes in turned into one of what goes out. Its awaits of
    /// messages allocate.</summary>
    public static Component Transform<TIn, TOut>(
        Func<IAsyncEnumerable<TIn>, CancellationToken, IAsyncEnumerable<TOut>> transform)
    {
        ArgumentNullException.ThrowIfNull(transform);
        return Body<TIn, TOut>(async (inbox, outbox, stop) =>
        {
            await foreach (TOut message in transform(inbox.ReadAllAsync(stop), stop).WithCancellation(stop))
                await outbox.SendAsync(message, stop);
        });
    }

    /// <summary>A body as a lambda: <c>Body&lt;int, int&gt;(async (inbox, outbox, stop) => …)</c>.</summary>
    public static Component Body<TIn, TOut>(Func<Inbox<TIn>, Outbox<TOut>, CancellationToken, Run> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return new BodyComponent<TIn, TOut>(body);
    }

    /// <summary>A body that is an ordinary <c>async Task</c> method. Its awaits of boxes allocate.</summary>
    public static Component TaskBody<TIn, TOut>(Func<Inbox<TIn>, Outbox<TOut>, CancellationToken, Task> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return new BodyComponent<TIn, TOut>((inbox, outbox, stop) => Run.FromTask(() => body(inbox, outbox, stop)));
    }

    /// <summary>A body in the original's style: a generator that yields what it waits for.</summary>
    public static Component Generator<TIn, TOut>(Func<Inbox<TIn>, Outbox<TOut>, IEnumerable<Wait>> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return new BodyComponent<TIn, TOut>(async (inbox, outbox, stop) =>
        {
            foreach (Wait wait in body(inbox, outbox))
                await wait.DoAsync(inbox, outbox, stop);
        });
    }
}

/// <summary>What a generator yields.</summary>
public readonly struct Wait
{
    private enum What : byte
    {
        Turn,
        Message,
        Room,
    }

    private readonly What _what;

    private Wait(What what) => _what = what;

    /// <summary>Let others run.</summary>
    public static Wait Turn => default;

    /// <summary>Until there is a message in the inbox, or its end.</summary>
    public static Wait ForMessage => new(What.Message);

    /// <summary>Until there is room behind the outbox.</summary>
    public static Wait ForRoom => new(What.Room);

    internal GeneratorAwaitable DoAsync<TIn, TOut>(Inbox<TIn> inbox, Outbox<TOut> outbox, CancellationToken stop) =>
        new(_what == What.Message ? inbox : null, _what == What.Room ? outbox : null, stop);
}
