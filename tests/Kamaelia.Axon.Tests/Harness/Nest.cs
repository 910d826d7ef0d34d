using Kamaelia.Axon;

namespace Kamaelia.Axon.Tests.Harness;

/// <summary>A component with children, which lets the test link what only a parent may.</summary>
internal sealed partial class Nest<T> : Component
{
    [Port("Passed to whichever child the test links.")]
    public partial Inbox<T> Inbox { get; }

    [Port("What a linked child sends.", Optional = true)]
    public partial Outbox<T> Outbox { get; }

    public bool KeepsRunning { get; set; }

    public TChild Adopt<TChild>(TChild child)
        where TChild : Component
        => AddChild(child);

    public void Drop(Component child) => RemoveChild(child);

    public Linkage Between(Outbox<T> from, Inbox<T> to, LinkOptions? options = null) => Link(from, to, options);

    public Linkage In(Inbox<T> childInbox) => Link(Inbox, childInbox);

    public Linkage In(Inbox<T> mine, Inbox<T> childInbox) => Link(mine, childInbox);

    public Linkage Out(Outbox<T> childOutbox) => Link(childOutbox, Outbox);

    public Linkage Out(Outbox<T> childOutbox, Outbox<T> mine) => Link(childOutbox, mine);

    public void Cut(Linkage linkage) => Unlink(linkage);

    protected override async Run RunAsync(CancellationToken stop)
    {
        await WaitChildrenAsync();
        if (KeepsRunning)
            await Task.Delay(Timeout.Infinite, stop);
    }
}
