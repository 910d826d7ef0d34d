using System.Diagnostics;
using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.ChassisKinds;

/// <summary>One stream spread over several workers, on one scheduler or several.</summary>
public sealed class FarmTests
{
    private const int Count = 2_000;

    private static IEnumerable<int> Numbers => Enumerable.Range(0, Count);

    [Test]
    public async Task KeptOrder_ComesOutAsItWentIn([Values(1, 2, 3)] int schedulers, [Values(1, 2, 5)] int workers)
    {
        await using var graph = new ManualGraph(schedulers);
        var (recorder, _) = Build(graph, new() { Workers = workers, Order = FarmOrder.Kept });

        graph.Start();
        await graph.RunUntilEnded(recorder);

        Assert.That(recorder.Received, Is.EqualTo(Numbers.Select(n => n * 10)));
        Assert.That(recorder.InboxEnd, Is.EqualTo(EndReason.Completed));
    }

    [Test]
    public async Task AsReady_LosesAndDoublesNothing([Values(1, 2)] int schedulers, [Values(1, 4)] int workers)
    {
        await using var graph = new ManualGraph(schedulers);
        var (recorder, farm) = Build(graph, new() { Workers = workers });

        graph.Start();
        await graph.RunUntilEnded(recorder);

        Assert.That(recorder.Received, Is.EquivalentTo(Numbers.Select(n => n * 10)));
        Assert.That(farm.Workers.Cast<Tenfold>().Select(worker => worker.Done), Is.All.Positive, "each has worked");
    }

    [Test]
    public async Task KeptByKey_EachKeyHasOneWorkerAndItsOrder()
    {
        await using var graph = new ManualGraph(schedulers: 2);
        var (recorder, farm) = Build(graph,
            new() { Workers = 3, Order = FarmOrder.KeptByKey, Key = n => -(n % 7) });

        graph.Start();
        await graph.RunUntilEnded(recorder);

        Assert.That(recorder.Received, Has.Count.EqualTo(Count));
        foreach (var key in recorder.Received.GroupBy(n => n / 10 % 7))
            Assert.That(key, Is.Ordered);
        Assert.That(farm.Workers.Cast<Tenfold>().SelectMany(worker => worker.Taken.Select(n => n % 7).Distinct()),
            Is.Unique, "no key is with two of them");
    }

    [Test]
    public async Task AsReady_OneThatIsStuck_HoldsNobodyUp()
    {
        await using var graph = new ManualGraph();
        var stuck = graph.Puppet<int>("stuck");
        var dealer = graph.Add(new Dealer<int>(3));
        var recorders = new[] { graph.Add(new Recorder<int>()), graph.Add(new Recorder<int>()) };
        var feeder = graph.Add(new Feeder<int>(Numbers));
        graph.Graph.Link(feeder.Outbox, dealer.Inbox);
        graph.Graph.Link(dealer.Outboxes[0], stuck.Inbox, new LinkOptions(4));
        graph.Graph.Link(dealer.Outboxes[1], recorders[0].Inbox, new LinkOptions(4));
        graph.Graph.Link(dealer.Outboxes[2], recorders[1].Inbox, new LinkOptions(4));

        graph.Start();

        Assert.That(recorders.Sum(recorder => recorder.Received.Count), Is.EqualTo(Count - 4));
        Assert.That(stuck.Take().Concat(recorders.SelectMany(recorder => recorder.Received)),
            Is.EquivalentTo(Numbers));
    }

    [Test]
    public async Task AllFull_TheDealerGoesOnWithWhoeverHasRoomFirst()
    {
        await using var graph = new ManualGraph();
        var workers = new[] { graph.Puppet<int>("a"), graph.Puppet<int>("b"), graph.Puppet<int>("c") };
        var dealer = graph.Add(new Dealer<int>(3));
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, 100)));
        graph.Graph.Link(feeder.Outbox, dealer.Inbox);
        for (var n = 0; n < 3; n++)
            graph.Graph.Link(dealer.Outboxes[n], workers[n].Inbox, new LinkOptions(1));
        graph.Start();

        var taken = new List<int>();
        foreach (var turn in new[] { 2, 2, 0, 2, 1, 1, 1, 0 })
        {
            var got = workers[turn].Take();
            Assert.That(got, Has.Count.EqualTo(1), $"'{workers[turn].Name}' had room and was given the next");
            taken.AddRange(got);
        }

        Assert.That(taken, Is.Unique);
        Assert.That(ManualGraph.Activations(dealer), Is.LessThan(30), "it sleeps while all are full");
    }

    [Test]
    public async Task AsReady_AWorkerThatEnds_IsLeftOut()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var goes = graph.Puppet<int>("goes");
        var stays = graph.Add(new Recorder<int>());
        var dealer = graph.Add(new Dealer<int>(2));
        graph.Graph.Link(from.Outbox, dealer.Inbox);
        graph.Graph.Link(dealer.Outboxes[0], goes.Inbox);
        graph.Graph.Link(dealer.Outboxes[1], stays.Inbox);
        graph.Start();
        from.Send(1, 2);
        goes.Take();

        goes.Finish();
        from.Send(3, 4, 5);

        Assert.That(stays.Received.Where(n => n > 2), Is.EqualTo(new[] { 3, 4, 5 }));
    }

    [Test]
    public async Task Kept_AWorkerThatSwallows_IsAFaultThatSaysSo()
    {
        await using var graph = new ManualGraph();
        var recorder = graph.Add(new Recorder<int>());
        var farm = graph.Graph.AddFarm<int, int>("farm", n => new Tenfold { Swallows = n == 1 },
            new() { Workers = 2, Order = FarmOrder.Kept });
        graph.Graph.Link(graph.Add(new Feeder<int>(Enumerable.Range(0, 10))).Outbox, farm.Inbox);
        graph.Graph.Link(farm.Outbox, recorder.Inbox);
        graph.Start();
        await graph.RunUntilEnded(recorder);

        var problem = (await Assert.ThrowsAsync<GraphFaultedException>(() => graph.Finish(graph.Graph.Completion)))!;

        Assert.That(problem.Message, Does.Contain("farm-collector").And.Contains("exactly one message of each"));
    }

    [Test]
    public async Task Kept_BehindALinkageThatDrops_EndsWell()
    {
        await using var graph = new ManualGraph();
        var feeder = graph.Add(new Feeder<int>(Numbers));
        var recorder = graph.Add(new Recorder<int>());
        var farm = graph.Graph.AddFarm<int, int>("farm", _ => new Tenfold(),
            new() { Workers = 2, Order = FarmOrder.Kept });
        var linkage = graph.Graph.Link(feeder.Outbox, farm.Inbox, new LinkOptions(1, Policy: LinkPolicy.KeepLatest));
        graph.Graph.Link(farm.Outbox, recorder.Inbox);
        graph.Start();
        await graph.RunUntilEnded(recorder);
        await graph.Finish(graph.Graph.Completion);

        Assert.That(feeder.Outbox.Dropped, Is.Positive, $"{linkage.From.Path} lost nothing: nothing is tried");
        Assert.That(recorder.Received, Is.Ordered.And.Not.Empty);
    }

    [Test]
    public async Task Kept_WithLinkagesThatDrop_IsRefused()
    {
        await using var graph = new Graph("g");

        Assert.That(() => graph.AddFarm<int, int>("farm", _ => new Tenfold(), new()
        {
            Order = FarmOrder.Kept,
            Links = new LinkOptions(4, Policy: LinkPolicy.DropOldest),
        }), Throws.ArgumentException.With.Message.Contains("DropOldest"));
    }

    [TestCase(FarmOrder.AsReady)]
    [TestCase(FarmOrder.Kept)]
    public async Task Drain_InTheMiddle_FinishesWhatWasTaken(FarmOrder order)
    {
        await using var graph = new ManualGraph(schedulers: 2);
        var input = new Feeder<int>(Enumerable.Range(0, 1_000_000));
        var (recorder, _) = Build(graph, new() { Workers = 3, Order = order }, input);
        graph.Graph.Start();
        for (var step = 0; step < 50; step++)
            graph.Step();

        var stop = graph.Graph.StopAsync().AsTask();
        graph.Run();
        await graph.Finish(stop);
        await graph.Finish(graph.Graph.Completion);

        Assert.That(recorder.Received, Is.EquivalentTo(Enumerable.Range(0, recorder.Received.Count)
            .Select(n => n * 10)));
        Assert.That(recorder.Received, Has.Count.EqualTo(input.Outbox.Sent));
    }

    [Test]
    public async Task Saturated_AllocatesNothingAMessage()
    {
        await using var graph = new ManualGraph();
        var swallowers = new[] { graph.Add(new Swallower()), graph.Add(new Swallower()) };
        var dealer = graph.Add(new Dealer<int>(2));
        var feeder = graph.Add(new Feeder<int>(Enumerable.Repeat(1, int.MaxValue)));
        graph.Graph.Link(feeder.Outbox, dealer.Inbox);
        graph.Graph.Link(dealer.Outboxes[0], swallowers[0].Inbox, new LinkOptions(1));
        graph.Graph.Link(dealer.Outboxes[1], swallowers[1].Inbox, new LinkOptions(1));
        graph.Graph.Start();
        var scheduler = graph.Graph.Schedulers[0];

        // Until the waits are compiled with optimisation, their awaiters are boxed.
        var (least, sent) = (long.MaxValue, 0L);
        for (var since = Stopwatch.StartNew(); since.Elapsed < TimeSpan.FromSeconds(20) && least > 0;)
        {
            var (before, sentBefore) = (GC.GetAllocatedBytesForCurrentThread(), feeder.Outbox.Sent);
            for (var step = 0; step < 1_000; step++)
                scheduler.Step();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            sent = feeder.Outbox.Sent - sentBefore;
        }

        Assert.That(sent, Is.GreaterThan(500), "it waits and goes on all the time");
        Assert.That(least, Is.Zero);
    }

    [Test]
    public void Key_WithoutDealingByKey_IsRefused() =>
        Assert.That(() => new Dealer<int>(2, Dealing.FewestWaiting, n => n), Throws.ArgumentException);

    private static (Recorder<int> Recorder, Farm<int, int> Farm) Build(
        ManualGraph graph, FarmOptions<int> options, Feeder<int>? input = null)
    {
        var feeder = graph.Add(input ?? new Feeder<int>(Numbers));
        var recorder = graph.Add(new Recorder<int>());
        var farm = graph.Graph.AddFarm<int, int>("farm", _ => new Tenfold(), options);
        graph.Graph.Link(feeder.Outbox, farm.Inbox);
        graph.Graph.Link(farm.Outbox, recorder.Inbox);
        return (recorder, farm);
    }
}

/// <summary>Makes ten of one.</summary>
internal sealed partial class Tenfold : Component
{
    [Port("Numbers.")]
    public partial Inbox<int> Inbox { get; }

    [Port("Ten times as much.")]
    public partial Outbox<int> Outbox { get; }

    /// <summary>Breaks the promise once.</summary>
    public bool Swallows { get; init; }

    public List<int> Taken { get; } = [];

    public int Done => Taken.Count;

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var n))
            {
                Taken.Add(n);
                if (!Swallows || Done != 2)
                    await Outbox.SendAsync(n * 10, stop);
            }
        }
    }
}
