using System.Runtime.CompilerServices;

namespace Kamaelia.Axon;

/// <summary>Awaits that what the component has the scheduler's poller watch is ready, or something else has woken it:
/// it looks again.</summary>
/// <remarks>The wait of a socket that its scheduler's own poller knows: no other thread takes part.</remarks>
internal readonly struct ReadinessAwaitable(Component owner, CancellationToken stop)
    : ICriticalNotifyCompletion, IBoxAwaiter
{
    /// <summary>For the compiler.</summary>
    public ReadinessAwaitable GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public bool IsCompleted => false; // Who awaits it has just looked.

    /// <summary>For the compiler.</summary>
    public void GetResult()
    {
        if (stop.IsCancellationRequested || owner.Body is RunBox { IsCancelled: true })
            Waiting.ThrowCancelled(owner, stop);
    }

    void IBoxAwaiter.Park(RunBox box)
    {
        if (!ReferenceEquals(owner, box.Owner))
            throw new InvalidOperationException($"{box.Owner.Path} awaits what {owner.Path} watches");
        if (box.IsCancelled || !Waiting.RegisterDelay(box, stop))
            box.Requeue();
        else
            box.ParkForReadiness();
    }

    /// <summary>For the compiler: an ordinary async method awaits.</summary>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For the compiler: an ordinary async method awaits. It looks again at the next turn: what the poller
    /// wakes is the body.</summary>
    public void UnsafeOnCompleted(Action continuation) =>
        Waiting.AddHelper(owner, WaitKind.None, [], 0, continuation, stop);
}
