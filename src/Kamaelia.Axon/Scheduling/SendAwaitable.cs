using System.Runtime.CompilerServices;

namespace Kamaelia.Axon;

/// <summary>Awaits that a message is sent. See <see cref="Outbox{T}.SendAsync"/>.</summary>
/// <typeparam name="T">The message.</typeparam>
public readonly struct SendAwaitable<T> : ICriticalNotifyCompletion, IBoxAwaiter
{
    // The message waits in the outbox, so this is two words and costs nothing where nothing waits.
    private readonly Outbox<T>? _outbox;
    private readonly CancellationToken _stop;

    internal SendAwaitable(Outbox<T> outbox, CancellationToken stop)
    {
        _outbox = outbox;
        _stop = stop;
    }

    /// <summary>For the compiler.</summary>
    public SendAwaitable<T> GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public bool IsCompleted
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _outbox is null;
    }

    /// <summary>For the compiler.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void GetResult() => _outbox?.FinishSend(_stop);

    void IBoxAwaiter.Park(RunBox box)
    {
        Outbox<T> outbox = _outbox!;
        if (!ReferenceEquals(outbox.Owner, box.Owner))
            Waiting.ThrowNotMine(outbox, box.Owner);
        if (!outbox.HasPending || box.IsCancelled || !Waiting.Register(box, _stop))
            box.Requeue();
        else if (outbox.MayProceed)
            box.RequeueForRoom(outbox);
        else
            box.ParkForRoom(outbox);
    }

    /// <summary>For the compiler: an ordinary async method awaits.</summary>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For the compiler: an ordinary async method awaits.</summary>
    public void UnsafeOnCompleted(Action continuation) => Waiting.AddHelper(
        _outbox!.Owner, _outbox.HasPending ? WaitKind.Room : WaitKind.None, [_outbox], 0, continuation, _stop);
}

/// <summary>Awaits room at the end of an outbox. See <see cref="Outbox{T}.WaitForRoomAsync"/>.</summary>
public readonly struct RoomAwaitable : ICriticalNotifyCompletion, IBoxAwaiter
{
    private readonly Outbox _outbox;
    private readonly CancellationToken _stop;

    internal RoomAwaitable(Outbox outbox, CancellationToken stop)
    {
        _outbox = outbox;
        _stop = stop;
    }

    /// <summary>For the compiler.</summary>
    public RoomAwaitable GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public bool IsCompleted => _outbox.TakeTurn();

    /// <summary>For the compiler.</summary>
    public bool GetResult()
    {
        if (_outbox.IsReceiverEnded)
            return false;
        // Only a stop ends it, whether there is room or not: a sender that always finds some must hear of it too. No
        // room is no reason: another sender may have been quicker, also while this one gave up its turn.
        if (_stop.IsCancellationRequested || _outbox.Owner.Body is RunBox { IsCancelled: true })
            Waiting.ThrowCancelled(_outbox.Owner, _stop);
        return true;
    }

    void IBoxAwaiter.Park(RunBox box)
    {
        if (!ReferenceEquals(_outbox.Owner, box.Owner))
            Waiting.ThrowNotMine(_outbox, box.Owner);
        if (_outbox.MayProceed || box.IsCancelled || !Waiting.Register(box, _stop))
            box.Requeue();
        else
            box.ParkForRoom(_outbox);
    }

    /// <summary>For the compiler: an ordinary async method awaits.</summary>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For the compiler: an ordinary async method awaits.</summary>
    public void UnsafeOnCompleted(Action continuation) =>
        Waiting.AddHelper(_outbox.Owner, WaitKind.Room, [_outbox], 0, continuation, _stop);
}
