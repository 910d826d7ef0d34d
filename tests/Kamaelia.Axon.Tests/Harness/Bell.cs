using System.Runtime.CompilerServices;

namespace Kamaelia.Axon.Tests.Harness;

/// <summary>Something foreign to await, which goes on when the test rings it and never by the thread pool.</summary>
internal sealed class Bell : INotifyCompletion
{
    private Action? _continue;

    public bool IsCompleted { get; private set; }

    public Bell GetAwaiter() => this;

    public void GetResult() => IsCompleted = false;

    public void OnCompleted(Action continuation) => _continue = continuation;

    public void Ring()
    {
        IsCompleted = true;
        Interlocked.Exchange(ref _continue, null)?.Invoke();
    }
}
