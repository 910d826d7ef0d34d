using System.Runtime.CompilerServices;

namespace Kamaelia.Axon;

/// <summary>Awaits room at the end of any of several outboxes of one component, or that the receiver behind one has
/// ended.</summary>
internal readonly struct RoomOfAnyAwaitable : ICriticalNotifyCompletion, IBoxAwaiter
{
    private readonly Outbox[] _outboxes;
    private readonly CancellationToken _stop;

    /// <param name="outboxes">At least one.</param>
    /// <param name="stop">Ends the wait.</param>
    internal RoomOfAnyAwaitable(Outbox[] outboxes, CancellationToken stop)
    {
        _outboxes = outboxes;
        _stop = stop;
    }

    internal static bool IsOver(Outbox[] outboxes)
    {
        foreach (Outbox outbox in outboxes)
        {
            if (outbox.MayProceed)
                return true;
        }
        return false;
    }

    /// <summary>For the compiler.</summary>
    public RoomOfAnyAwaitable GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public unsafe bool IsCompleted => IsOver(_outboxes) && --_outboxes[0].Sched->Budget >= 0;

    /// <summary>For the compiler.</summary>
    public void GetResult()
    {
        // Another sender may have been quicker: that is no reason to stop.
        Component owner = _outboxes[0].Owner;
        if (!IsOver(_outboxes) && (_stop.IsCancellationRequested || owner.Body is RunBox { IsCancelled: true }))
            Waiting.ThrowCancelled(owner, _stop);
    }

    void IBoxAwaiter.Park(RunBox box)
    {
        if (IsOver(_outboxes) || box.IsCancelled || !Waiting.Register(box, _stop))
            box.Requeue();
        else
            box.ParkForRoomOfAny(_outboxes);
    }

    /// <summary>For the compiler. It is awaited by bodies alone.</summary>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For the compiler. It is awaited by bodies alone.</summary>
    public void UnsafeOnCompleted(Action continuation) => throw new InvalidOperationException(
        $"{_outboxes[0].Path}: room in any of several outboxes is awaited only in a component's body itself");
}
