using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Boxes;

/// <summary>All inboxes of ended components show one ring: nothing done to one of them may change it.</summary>
public sealed class EndedInboxTests
{
    [Test]
    public async Task EndedInbox_PushedTo_StaysEmptyAndSoDoTheOthers()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();
        to.Finish();

        to.Inbox.ForcePush(1);

        Assert.That((to.Inbox.Count, from.Control.Count), Is.EqualTo((0, 0)));
        Assert.That(to.Inbox.IsEnded);
    }

    [Test]
    public async Task EndedInbox_GivenACapacity_StaysFull()
    {
        await using var graph = new ManualGraph();
        var (_, to) = graph.Pair<int>();
        to.Finish();

        to.Inbox.Capacity = 5;
        to.Inbox.Policy = LinkPolicy.KeepLatest;

        Assert.That((to.Inbox.Capacity, to.Inbox.Policy), Is.EqualTo((0, LinkPolicy.Wait)));
    }

    [Test]
    public async Task Link_ToAnEndedComponent_IsRefused()
    {
        await using var graph = new ManualGraph();
        var (_, to) = graph.Pair<int>();
        var other = graph.Puppet<int>("other");
        to.Finish();

        Assert.That(() => graph.Graph.Link(other.Outbox, to.Other, new LinkOptions(Capacity: 3)),
            Throws.TypeOf<LinkException>().With.Message.Contains("has ended"));
    }

    [Test]
    public async Task Sender_UnlinkedWhenItWasWokenForRoom_LetsTheNextOneHaveIt()
    {
        await using var graph = new ManualGraph();
        var first = graph.Puppet<int>("first");
        var second = graph.Puppet<int>("second");
        var to = graph.Puppet<int>("to");
        var linkage = graph.Graph.Link(first.Outbox, to.Inbox, new LinkOptions(Capacity: 1));
        graph.Graph.Link(second.Outbox, to.Inbox);
        graph.Start();
        first.Send(1);
        var firstSends = first.Begin(async () => await first.Outbox.SendAsync(2));
        var secondSends = second.Begin(async () => await second.Outbox.SendAsync(3));

        // The room that is made wakes the first, which then has no linkage to use it.
        to.Do(() =>
        {
            to.Inbox.TryReceive(out _);
            graph.Graph.Unlink(linkage);
        });

        Assert.That(secondSends.IsCompleted);
        Assert.That(firstSends.IsCompleted, "an optional outbox drops what it sends unlinked");
        Assert.That(to.Take(), Is.EqualTo(new[] { 3 }));
    }
}
