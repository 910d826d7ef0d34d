using Kamaelia.Axon;

namespace Kamaelia.Axon.Tests.Harness;

/// <summary>A body from a lambda that is an ordinary async method, with a box on either side.</summary>
internal sealed partial class Work<TIn, TOut>(Func<Inbox<TIn>, Outbox<TOut>, CancellationToken, Task> body) : Component
{
    [Port("What the body takes.")]
    public partial Inbox<TIn> Inbox { get; }

    [Port("What the body sends.", Optional = true)]
    public partial Outbox<TOut> Outbox { get; }

    protected override Run RunAsync(CancellationToken stop) => Run.FromTask(() => body(Inbox, Outbox, stop));
}
