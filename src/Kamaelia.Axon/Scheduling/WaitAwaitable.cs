using System.Runtime.CompilerServices;

namespace Kamaelia.Axon;

/// <summary>Awaits a message or the end of an inbox: true when there is a message. See
/// <see cref="Inbox{T}.WaitAsync"/>.</summary>
public readonly unsafe struct WaitAwaitable : ICriticalNotifyCompletion, IBoxAwaiter
{
    private readonly Inbox _inbox;
    private readonly CancellationToken _stop;

    internal WaitAwaitable(Inbox inbox, CancellationToken stop)
    {
        _inbox = inbox;
        _stop = stop;
    }

    /// <summary>For the compiler.</summary>
    public WaitAwaitable GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public bool IsCompleted
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            RingHeader* ring = _inbox.Ring;
            return ring->Head != ring->Tail && --ring->Sched->Budget >= 0;
        }
    }

    /// <summary>For the compiler.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool GetResult()
    {
        RingHeader* ring = _inbox.Ring;
        return ring->Head != ring->Tail || AtEnd(ring);
    }

    private bool AtEnd(RingHeader* ring)
    {
        if ((ring->Flags & RingHeader.Ended) == 0)
            Waiting.ThrowCancelled(_inbox.Owner, _stop);
        return false;
    }

    void IBoxAwaiter.Park(RunBox box)
    {
        RingHeader* ring = _inbox.Ring;
        if (!ReferenceEquals(_inbox.Owner, box.Owner))
            Waiting.ThrowNotMine(_inbox, box.Owner);
        if (_inbox.IsReadable || box.IsCancelled || !Waiting.Register(box, _stop))
            box.Requeue();
        else
            box.ParkForData(ring);
    }

    /// <summary>For the compiler: an ordinary async method awaits.</summary>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For the compiler: an ordinary async method awaits.</summary>
    public void UnsafeOnCompleted(Action continuation) =>
        Waiting.AddHelper(_inbox.Owner, WaitKind.Data, [_inbox], 0, continuation, _stop);
}

/// <summary>Awaits a message of an inbox and takes it. See <see cref="Inbox{T}.ReceiveAsync"/>.</summary>
/// <typeparam name="T">The message.</typeparam>
public readonly unsafe struct ReceiveAwaitable<T> : ICriticalNotifyCompletion, IBoxAwaiter
{
    private readonly Inbox<T> _inbox;
    private readonly CancellationToken _stop;

    internal ReceiveAwaitable(Inbox<T> inbox, CancellationToken stop)
    {
        _inbox = inbox;
        _stop = stop;
    }

    /// <summary>For the compiler.</summary>
    public ReceiveAwaitable<T> GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public bool IsCompleted
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            RingHeader* ring = _inbox.Ring;
            return ring->Head != ring->Tail && --ring->Sched->Budget >= 0;
        }
    }

    /// <summary>For the compiler.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T GetResult()
    {
        if (_inbox.TryReceive(out T? message))
            return message;
        if (!_inbox.IsEnded)
            Waiting.ThrowCancelled(_inbox.Owner, _stop);
        throw new InboxEndedException(_inbox.Path, _inbox.End ?? EndReason.Completed);
    }

    void IBoxAwaiter.Park(RunBox box) => ((IBoxAwaiter)new WaitAwaitable(_inbox, _stop)).Park(box);

    /// <summary>For the compiler: an ordinary async method awaits.</summary>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For the compiler: an ordinary async method awaits.</summary>
    public void UnsafeOnCompleted(Action continuation) =>
        Waiting.AddHelper(_inbox.Owner, WaitKind.Data, [_inbox], 0, continuation, _stop);
}

/// <summary><c>await foreach (var m in Inbox)</c>: every message until the end, without allocation.</summary>
/// <typeparam name="T">The message.</typeparam>
public struct InboxEnumerator<T>
{
    private readonly Inbox<T> _inbox;
    private readonly CancellationToken _stop;

    internal InboxEnumerator(Inbox<T> inbox, CancellationToken stop)
    {
        _inbox = inbox;
        _stop = stop;
    }

    /// <summary>The message, taken from the inbox: read it once.</summary>
    public readonly T Current => _inbox.TryReceive(out T? message)
        ? message
        : throw new InvalidOperationException($"{_inbox.Path}: Current was read twice, or before MoveNextAsync");

    /// <summary>For the compiler.</summary>
    public readonly WaitAwaitable MoveNextAsync() => new(_inbox, _stop);

    /// <summary>For the compiler: there is nothing to dispose.</summary>
    public readonly ValueTask DisposeAsync() => default;
}
