using System.Runtime.CompilerServices;

namespace Kamaelia.Axon;

/// <summary>Awaits the end of every child. See <c>Component.WaitChildrenAsync</c>.</summary>
public readonly struct ChildrenAwaitable : ICriticalNotifyCompletion, IBoxAwaiter
{
    private readonly Component _parent;

    internal ChildrenAwaitable(Component parent) => _parent = parent;

    /// <summary>For the compiler.</summary>
    public ChildrenAwaitable GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public bool IsCompleted => _parent.LiveChildren == 0;

    /// <summary>For the compiler.</summary>
    public void GetResult()
    {
        if (_parent.LiveChildren != 0)
            Waiting.ThrowCancelled(_parent, default);
    }

    void IBoxAwaiter.Park(RunBox box) => box.ParkForChildren();

    /// <summary>For the compiler: an ordinary async method awaits.</summary>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For the compiler: an ordinary async method awaits.</summary>
    public void UnsafeOnCompleted(Action continuation) =>
        throw new NotSupportedException("await WaitChildrenAsync in the body itself, not in a helper");
}
