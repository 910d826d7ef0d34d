using System.Runtime.CompilerServices;

namespace Kamaelia.Axon;

/// <summary>Awaits what a generator yielded. For the runtime.</summary>
internal readonly struct GeneratorAwaitable(Inbox? inbox, Outbox? outbox, CancellationToken stop)
    : ICriticalNotifyCompletion, IBoxAwaiter
{
    public GeneratorAwaitable GetAwaiter() => this;

    public bool IsCompleted => false;

    public void GetResult()
    {
        if (inbox is not null)
            new WaitAwaiter(inbox, stop).GetResult();
        else if (outbox is not null)
            new RoomAwaitable(outbox, stop).GetResult();
    }

    void IBoxAwaiter.Park(RunBox box)
    {
        if (inbox is not null)
            ((IBoxAwaiter)new WaitAwaiter(inbox, stop)).Park(box);
        else if (outbox is not null)
            ((IBoxAwaiter)new RoomAwaitable(outbox, stop)).Park(box);
        else
            box.Requeue();
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation) => throw new NotSupportedException();
}
