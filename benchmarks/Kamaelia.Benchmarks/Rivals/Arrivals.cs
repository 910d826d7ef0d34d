namespace Kamaelia.Benchmarks.Rivals;

/// <summary>Tells when a number of receivers have all got the last message. They count for themselves: one counter for
/// all of them would be what is measured.</summary>
internal sealed class Arrivals(int receivers)
{
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = receivers;

    public Task All => _all.Task;

    public void GotTheLast()
    {
        if (Interlocked.Decrement(ref _left) == 0)
            _all.SetResult();
    }
}
