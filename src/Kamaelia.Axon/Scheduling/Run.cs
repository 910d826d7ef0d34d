using System.Runtime.CompilerServices;

namespace Kamaelia.Axon;

/// <summary>What a component's body returns: <c>protected override async Run RunAsync(CancellationToken stop)</c>.
/// </summary>
/// <remarks>
/// A task-like type of our own. The body is cold: its scheduler starts it and resumes its state machine directly, so a
/// wait on a box neither allocates nor meets the thread pool. Anything can be awaited in it; what is not a box comes
/// back to the component's scheduler. It cannot be awaited itself: the graph knows when it has ended.
/// </remarks>
[AsyncMethodBuilder(typeof(RunBuilder))]
public readonly struct Run
{
    internal Run(RunBox box) => Box = box;

    internal RunBox? Box { get; }

    /// <summary>A body that has nothing to do.</summary>
    public static Run Completed => default;

    /// <summary>A body that is an ordinary <c>async Task</c> method: <c>RunAsync(stop) => Run.FromTask(() =>
    /// BodyAsync(stop))</c>. Its awaits of boxes allocate, so it is a little slower than an <c>async Run</c>.</summary>
    public static Run FromTask(Func<Task> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return AwaitTask(body);
    }

    private static async Run AwaitTask(Func<Task> body) => await body();
}

/// <summary>Builds the state machine of an <c>async</c> <see cref="Run"/> method. For the compiler.</summary>
public struct RunBuilder
{
    private RunBox? _box;

    /// <summary>For the compiler.</summary>
    public static RunBuilder Create() => default;

    /// <summary>For the compiler.</summary>
    public readonly Run Task => new(_box!);

    /// <summary>For the compiler. Does not start the body: the first activation does.</summary>
    public void Start<TStateMachine>(ref TStateMachine stateMachine) where TStateMachine : IAsyncStateMachine
    {
        var box = new RunBox<TStateMachine>();
        _box = box; // This builder lives inside stateMachine, so the copy below carries the reference.
        box.Machine = stateMachine;
    }

    /// <summary>For the compiler.</summary>
    public readonly void SetStateMachine(IAsyncStateMachine stateMachine)
    {
    }

    /// <summary>For the compiler.</summary>
    public readonly void SetResult() => _box!.Finish(null);

    /// <summary>For the compiler.</summary>
    public readonly void SetException(Exception exception) => _box!.Finish(exception);

    /// <summary>For the compiler.</summary>
    public readonly void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        if (default(TAwaiter) is IBoxAwaiter)
            ((IBoxAwaiter)awaiter).Park(_box!);
        else
            awaiter.OnCompleted(_box!.BeginForeignWait());
    }

    /// <summary>For the compiler.</summary>
    public readonly void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(
        ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        // The first test is a constant for each awaiter type, and the call is direct: nothing is boxed.
        if (default(TAwaiter) is IBoxAwaiter)
        {
            ((IBoxAwaiter)awaiter).Park(_box!);
            return;
        }
        awaiter.UnsafeOnCompleted(_box!.BeginForeignWait());
    }
}

/// <summary>An awaiter of ours: it parks the component itself, without a continuation.</summary>
internal interface IBoxAwaiter
{
    void Park(RunBox box);
}
