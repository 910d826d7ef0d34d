using System.Runtime.CompilerServices;

namespace Kamaelia.Axon;

/// <summary>Awaits a message or the end of an inbox: true when there is a message. See
/// <see cref="Inbox{T}.WaitAsync"/>.</summary>
public readonly struct WaitAwaitable
{
    private readonly Inbox _inbox;
    private readonly CancellationToken _stop;

    internal WaitAwaitable(Inbox inbox, CancellationToken stop)
    {
        _inbox = inbox;
        _stop = stop;
    }

    /// <summary>For the compiler.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WaitAwaiter GetAwaiter() => new(_inbox, _stop);
}

/// <summary>The awaiter of <see cref="WaitAwaitable"/>.</summary>
/// <remarks>One raw pointer: a body that parks stores it, and a reference there would cost a write barrier each time.
/// The ring outlives the wait, since a box that is removed keeps it until its component ends.</remarks>
public readonly unsafe struct WaitAwaiter : ICriticalNotifyCompletion, IBoxAwaiter
{
    private readonly RingHeader* _ring;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal WaitAwaiter(Inbox inbox, CancellationToken stop)
    {
        _ring = inbox.Ring;
        if (_ring->Head == _ring->Tail && stop != inbox.OwnToken)
            inbox.Owner.NoteStop(stop);
    }

    /// <summary>For the compiler.</summary>
    public bool IsCompleted
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _ring->Head != _ring->Tail && --_ring->Sched->Budget >= 0;
    }

    /// <summary>For the compiler.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool GetResult() => _ring->Head != _ring->Tail || AtEnd();

    private bool AtEnd()
    {
        if ((_ring->Flags & RingHeader.Ended) == 0)
            Waiting.ThrowCancelled(Owner, default);
        return false;
    }

    private Component Owner => Scheduler.Current?.ComponentAt(_ring->Reader)
        ?? throw new InvalidOperationException("a box is awaited only by its own component, while it runs");

    void IBoxAwaiter.Park(RunBox box)
    {
        RingHeader* ring = _ring;
        if (ring->Reader != box.Owner.Id)
            throw new InvalidOperationException($"{box.Owner.Path} waits on a box of another component: "
                + "a component awaits only its own boxes");
        bool over = ring->Head != ring->Tail || (ring->Flags & RingHeader.Ended) != 0 || box.IsCancelled;
        if (over || !Waiting.RegisterNoted(box))
            box.Requeue();
        else
            box.ParkForData(ring);
    }

    /// <summary>For the compiler: an ordinary async method awaits.</summary>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For the compiler: an ordinary async method awaits.</summary>
    public void UnsafeOnCompleted(Action continuation)
    {
        Component owner = Owner;
        Box box = owner.FindBoxBy(_ring)!;
        Waiting.AddHelper(owner, WaitKind.Data, [box], 0, continuation, Waiting.TakeNoted(owner));
    }
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

    void IBoxAwaiter.Park(RunBox box) => ((IBoxAwaiter)new WaitAwaiter(_inbox, _stop)).Park(box);

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
