using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Scheduling;

/// <summary>Helpers are ordinary async methods, and may await boxes themselves.</summary>
public sealed partial class NestedAsyncTests
{
    [Test]
    public async Task Helpers_ThatAwaitBoxes_WorkAtAnyDepth()
    {
        await using var graph = new ManualGraph();
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, 100)));
        var adder = graph.Add(new PairAdder());
        var recorder = graph.Add(new Recorder<int>());
        graph.Graph.Link(feeder.Outbox, adder.Inbox, new LinkOptions(Capacity: 1));
        graph.Graph.Link(adder.Outbox, recorder.Inbox, new LinkOptions(Capacity: 1));

        graph.Start();

        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(0, 50).Select(n => 4 * n + 1)));
        Assert.That(adder.End, Is.EqualTo(EndReason.Completed), "the helper's exception was caught");
    }

    [Test]
    public async Task Helpers_WaitingOnTwoBoxesAtOnce_BothGoOn()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var to = graph.Puppet<int>("to");
        graph.Graph.Link(from.Outbox, to.Inbox);
        graph.Graph.Link(from.Second, to.Other);
        graph.Start();

        var both = to.Begin(async () => await Task.WhenAll(First(to.Inbox), First(to.Other)));
        from.Do(() => from.Second.TrySend(2));
        var half = both.IsCompleted;
        from.Send(1);

        Assert.That(half, Is.False);
        Assert.That(await graph.Finish(both), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task Exception_OfAHelper_IsTheBodysOwn()
    {
        await using var graph = new ManualGraph();
        var cause = new InvalidDataException("deep");
        var component = graph.Add(Bodies.Async(async _ => await Deep(3, cause)));

        graph.Start();

        Assert.That(component.End!.Exception, Is.SameAs(cause));
        Assert.That(async () => await graph.Graph.Completion, Throws.Exception.SameAs(cause)
            .Or.InnerException.SameAs(cause));
    }

    private static async Task<int> First(Inbox<int> inbox) => await inbox.ReceiveAsync();

    private static async Task Deep(int levels, Exception cause)
    {
        await Task.Yield();
        if (levels == 0)
            throw cause;
        await Deep(levels - 1, cause);
    }

    private sealed partial class PairAdder : Component
    {
        [Port("Numbers.")]
        public partial Inbox<int> Inbox { get; }

        [Port("The sum of each two.")]
        public partial Outbox<int> Outbox { get; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            try
            {
                while (true)
                    await PassPairAsync(stop);
            }
            catch (InboxEndedException)
            {
                // The input is at its end, which is the usual way out of this loop.
            }
        }

        private async Task PassPairAsync(CancellationToken stop)
            => await Outbox.SendAsync(await NextAsync(stop) + await NextAsync(stop), stop);

        private async ValueTask<int> NextAsync(CancellationToken stop) => await Inbox.ReceiveAsync(stop);
    }
}
