namespace Kamaelia.Axon;

public sealed partial class Graph
{
    /// <summary>Spreads the work on a stream over copies of a component or sub-graph, on all schedulers.</summary>
    /// <typeparam name="TIn">The messages that come in.</typeparam>
    /// <typeparam name="TOut">The results.</typeparam>
    /// <param name="name">Of the farm: its parts are <c>name-dealer</c>, <c>name-1</c>, …, <c>name-collector</c>.
    /// </param>
    /// <param name="worker">Makes worker number 0, 1, …: a new component at each call, with an "inbox" and an "outbox"
    /// of those messages.</param>
    /// <param name="options">How many, where, and in which order results come.</param>
    /// <remarks>Dealer and collector run on the first scheduler. All are ordinary components of this graph: linkages
    /// wait, a drain empties them in order, a fault in one worker is the graph's like any other's.</remarks>
    /// <exception cref="ArgumentException">A key without <see cref="FarmOrder.KeptByKey"/>, or that without a key; a
    /// worker without the boxes; linkages that drop where the order is to be kept.</exception>
    public Farm<TIn, TOut> AddFarm<TIn, TOut>(
        string name, Func<int, Component> worker, FarmOptions<TIn>? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(worker);
        options ??= new FarmOptions<TIn>();
        if (options is { Order: FarmOrder.Kept, Links.Policy: not (LinkPolicy.Wait or LinkPolicy.Unbounded) })
            throw new ArgumentException($"{options.Links.Policy} between dealer, workers and collector would lose the "
                + "order with the message: let the linkage to the farm drop instead", nameof(options));
        IReadOnlyList<Scheduler> homes = options.On.Count > 0 ? options.On : Schedulers;
        int count = options.Workers > 0 ? options.Workers : homes.Count;
        Dealing dealing = options.Order switch
        {
            FarmOrder.Kept => Dealing.InTurn,
            FarmOrder.KeptByKey => Dealing.ByKey,
            _ => Dealing.FewestWaiting,
        };
        var dealer = new Dealer<TIn>(count, dealing, options.Key) { Name = $"{name}-dealer" };
        // In any order all of them feed one inbox.
        bool isKept = options.Order == FarmOrder.Kept;
        var collector = new Collector<TOut>(isKept ? count : 1)
        {
            Name = $"{name}-collector",
            Dealt = isKept ? () => dealer.Dealt : null,
        };
        Component[] workers = [.. Enumerable.Range(0, count).Select(worker)];
        (Inbox In, Outbox Out)[] ends = [.. workers.Select(EndsOf)];
        Add(dealer);
        Add(collector);
        for (int i = 0; i < count; i++)
        {
            workers[i].Name = $"{name}-{i + 1}";
            Add(workers[i], homes[i % homes.Count]);
            Link(dealer.Outboxes[i], ends[i].In, options.Links);
            Link(ends[i].Out, collector.Inboxes[isKept ? i : 0], options.Links);
        }
        return new Farm<TIn, TOut>(dealer.Inbox, collector.Outbox, workers);

        static (Inbox In, Outbox Out) EndsOf(Component made)
        {
            ArgumentNullException.ThrowIfNull(made, nameof(worker));
            (Inbox inbox, Outbox outbox) = (made.FindInbox("inbox"), made.FindOutbox("outbox"));
            return inbox.MessageType == typeof(TIn) && outbox.MessageType == typeof(TOut)
                ? (inbox, outbox)
                : throw new ArgumentException($"a {made.TypeName} takes {Postman.NameOf(inbox.MessageType)} and makes "
                    + $"{Postman.NameOf(outbox.MessageType)}, but a worker of this farm takes "
                    + $"{Postman.NameOf(typeof(TIn))} and makes {Postman.NameOf(typeof(TOut))}", nameof(worker));
        }
    }
}
