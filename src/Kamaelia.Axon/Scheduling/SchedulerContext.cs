namespace Kamaelia.Axon;

/// <summary>Brings the continuations of ordinary async methods back to the scheduler that called them.</summary>
internal sealed class SchedulerContext(Scheduler scheduler) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) => scheduler.Post(d, state);

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (ReferenceEquals(Scheduler.Current, scheduler))
            d(state);
        else
            throw new NotSupportedException($"a blocking call into {scheduler.Name} could deadlock it: use Post");
    }

    public override SynchronizationContext CreateCopy() => this;
}
