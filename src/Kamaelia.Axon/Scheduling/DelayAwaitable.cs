using System.Runtime.CompilerServices;

namespace Kamaelia.Axon;

/// <summary>Awaits a time on the scheduler's clock. See <c>Component.DelayAsync</c>.</summary>
public readonly struct DelayAwaitable : ICriticalNotifyCompletion, IBoxAwaiter
{
    private readonly Component _owner;
    private readonly long _atNs;
    private readonly CancellationToken _stop;

    internal DelayAwaitable(Component owner, long atNs, CancellationToken stop)
    {
        _owner = owner;
        _atNs = atNs;
        _stop = stop;
    }

    private bool IsOver => _owner.Scheduler!.Timers.NowNs >= _atNs;

    /// <summary>For the compiler.</summary>
    public DelayAwaitable GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public bool IsCompleted => false; // Even a delay of nothing lets others run.

    /// <summary>For the compiler.</summary>
    public void GetResult()
    {
        if (_stop.IsCancellationRequested || (!IsOver && _owner.Body is RunBox { IsCancelled: true }))
            Waiting.ThrowCancelled(_owner, _stop);
    }

    void IBoxAwaiter.Park(RunBox box)
    {
        if (!ReferenceEquals(_owner, box.Owner))
            throw new InvalidOperationException($"{box.Owner.Path} awaits a delay of {_owner.Path}");
        if (IsOver || box.IsCancelled || _stop.IsCancellationRequested || !Waiting.RegisterDelay(box, _stop))
            box.Requeue();
        else
            box.ParkForTimer(_atNs);
    }

    /// <summary>For the compiler: an ordinary async method awaits.</summary>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For the compiler: an ordinary async method awaits.</summary>
    public void UnsafeOnCompleted(Action continuation) =>
        Waiting.AddHelper(_owner, WaitKind.Timer, [], _atNs, continuation, _stop);
}
