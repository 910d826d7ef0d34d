using System.Threading.Tasks.Sources;

namespace Kamaelia.Simulation;

/// <summary>One wait at a time for something that an event of the world brings. Continues in the world's thread.
/// </summary>
internal sealed class SimulatedWait<T> : IValueTaskSource<T>
{
    private ManualResetValueTaskSourceCore<T> _core;
    private CancellationTokenRegistration _registration;

    public bool IsPending { get; private set; }

    public ValueTask<T> Begin(CancellationToken stop)
    {
        if (IsPending)
            throw new InvalidOperationException("it is waited for already: one at a time");
        stop.ThrowIfCancellationRequested();
        _core.Reset();
        IsPending = true;
        var task = new ValueTask<T>(this, _core.Version);
        _registration = stop.UnsafeRegister(static (wait, token) =>
            ((SimulatedWait<T>)wait!).Fail(new OperationCanceledException(token)), this);
        return task;
    }

    public bool Set(T value)
    {
        if (!End())
            return false;
        _core.SetResult(value);
        return true;
    }

    public bool Fail(Exception error)
    {
        if (!End())
            return false;
        _core.SetException(error);
        return true;
    }

    private bool End()
    {
        if (!IsPending)
            return false;
        IsPending = false;
        _registration.Unregister();
        return true;
    }

    public T GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token,
        ValueTaskSourceOnCompletedFlags flags) => _core.OnCompleted(continuation, state, token, flags);
}
