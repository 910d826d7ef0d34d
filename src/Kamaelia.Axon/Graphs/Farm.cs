namespace Kamaelia.Axon;

/// <summary>In which order a farm's results come.</summary>
public enum FarmOrder
{
    /// <summary>As they are ready. A slow worker holds nobody up.</summary>
    AsReady,

    /// <summary>As the messages came in. Each worker makes exactly one message of each.</summary>
    Kept,

    /// <summary>As they came in, for messages with the same key.</summary>
    KeptByKey,
}

/// <summary>How to make a farm. See <see cref="Graph.AddFarm{TIn, TOut}"/>.</summary>
/// <typeparam name="TIn">The messages that come in.</typeparam>
public sealed record FarmOptions<TIn>
{
    /// <summary>How many workers; 0: one for each scheduler.</summary>
    public int Workers { get; init; }

    /// <summary>In which order results come.</summary>
    public FarmOrder Order { get; init; }

    /// <summary>For <see cref="FarmOrder.KeptByKey"/>: equal keys go to the same worker.</summary>
    public Func<TIn, int>? Key { get; init; }

    /// <summary>Where workers run, in turn; empty: on all of the graph's schedulers.</summary>
    public IReadOnlyList<Scheduler> On { get; init; } = [];

    /// <summary>Of each linkage to and from a worker.</summary>
    public LinkOptions? Links { get; init; }
}

/// <summary>A stream's work spread over several workers: what to link to, and who they are.</summary>
/// <typeparam name="TIn">The messages that come in.</typeparam>
/// <typeparam name="TOut">The results.</typeparam>
public sealed class Farm<TIn, TOut>
{
    internal Farm(Inbox<TIn> inbox, Outbox<TOut> outbox, IReadOnlyList<Component> workers)
    {
        Inbox = inbox;
        Outbox = outbox;
        Workers = workers;
    }

    /// <summary>Work to be done.</summary>
    public Inbox<TIn> Inbox { get; }

    /// <summary>The results.</summary>
    public Outbox<TOut> Outbox { get; }

    /// <summary>The workers, in the order in which the factory made them.</summary>
    public IReadOnlyList<Component> Workers { get; }
}
