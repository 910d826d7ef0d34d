using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Files;
using Kamaelia.Framing;
using Kamaelia.Net;
using Kamaelia.Pacing;

namespace Kamaelia.Testing.Tests;

/// <summary>The bench on components of production and on bad ones: each assertion has a test in which it
/// fails.</summary>
[TestFixture]
public sealed class ComponentBenchTests
{
    [Test]
    public async Task Feed_AndExpect_SeeWhatTheComponentDoes()
    {
        var framer = new LengthFramer();
        await using var bench = ComponentBench.Of(framer);
        bench.Feed(framer.Inbox, [1, 2, 3], [4]);
        bench.EndInput(framer.Inbox);

        var next = bench.Next(framer.Outbox);
        Assert.That(next.Span.ToArray()[^3..], Is.EqualTo(new byte[] { 1, 2, 3 }));
        next.Dispose();
        bench.Next(framer.Outbox).Dispose();
        bench.ExpectEnd(framer.Outbox);
        bench.ExpectEnd();
        bench.AssertNoLeaks();
    }

    [Test]
    public async Task Advance_WithAPacer_IsItsClock()
    {
        var pacer = new RatePacer(8 * 1316) { BurstBytes = 1 }; // A datagram a second.
        await using var bench = ComponentBench.Of(pacer);
        byte[] datagram = new byte[1316];
        bench.Feed(pacer.Inbox, datagram, datagram, datagram);

        bench.ExpectNext(pacer.Outbox, datagram);
        bench.ExpectNothing(pacer.Outbox, TimeSpan.FromSeconds(0.9));
        bench.Advance(TimeSpan.FromSeconds(0.2));
        bench.ExpectNext(pacer.Outbox, datagram);
        bench.ExpectNext(pacer.Outbox, datagram);
        Assert.That(bench.World.Time.Elapsed.TotalSeconds, Is.EqualTo(2).Within(0.01));
    }

    [Test]
    public async Task Files_OfTheHost_AreThoseOfTheComponent()
    {
        var writer = new FileWriter("out");
        await using var bench = ComponentBench.Of(writer);
        bench.Feed(writer.Inbox, [1, 2], [3]);
        bench.EndInput(writer.Inbox);
        bench.ExpectEnd();

        Assert.That(bench.Host.Files.Read("out"), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Fault_OfTheComponent_IsWhatItThrew()
    {
        var writer = new FileWriter("out");
        await using var bench = ComponentBench.Of(writer);
        bench.Host.Files.CapacityBytes = 2;
        bench.Feed(writer.Inbox, [1, 2, 3]);

        Assert.That(bench.ExpectFault<IOException>().Message, Does.Contain("after 2 bytes: No space left on device"));
        bench.AssertNoLeaks();
    }

    [Test]
    public async Task Stop_OfAReceiver_ClosesItsSocket()
    {
        var receiver = new UdpReceiver(new HostPort("10.0.0.1", 5004));
        await using var bench = ComponentBench.Of(receiver);
        bench.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(bench.Host.Network.OpenSockets, Is.EqualTo(1));
        bench.Stop();
        bench.ExpectEnd();
        bench.AssertNoLeaks();
    }

    [Test]
    public async Task Expect_SomethingElse_SaysWhatIsThere()
    {
        var upper = new Upper();
        await using var bench = ComponentBench.Of(upper, seed: 7);
        bench.Feed(upper.Inbox, "a", "b");

        var wrong = Assert.Throws<ExpectationException>(() => bench.ExpectNext(upper.Outbox, "B"))!;
        Assert.That(wrong.Message, Does.Contain("expected \"B\" next on").And.Contain("outbox: \"A\"")
            .And.Contain("seed 7"));
        bench.ExpectNext(upper.Outbox, "A", "B");
        Assert.Throws<ExpectationException>(() => bench.ExpectNext(upper.Outbox, "C"));
        Assert.Throws<ExpectationException>(() => bench.ExpectEnd(upper.Outbox));
        Assert.Throws<ExpectationException>(() => bench.ExpectEnd());
        Assert.Throws<ExpectationException>(() => bench.ExpectFault<IOException>());
        bench.Feed(upper.Inbox, "c");
        Assert.Throws<ExpectationException>(() => bench.ExpectNothing(upper.Outbox, TimeSpan.FromSeconds(1)));
        bench.ExpectIdle();
    }

    [Test]
    public async Task Leak_OfAChunk_IsSeen()
    {
        var keeper = new Keeper();
        await using (var bench = ComponentBench.Of(keeper))
        {
            bench.Feed(keeper.Inbox, [1], [2]);
            bench.ExpectIdle();
            var leak = Assert.Throws<ExpectationException>(() => bench.AssertNoLeaks())!;
            Assert.That(leak.Message, Does.Contain("holds 2 chunks after its end"));
            keeper.Kept.ForEach(chunk => chunk.Dispose());
        }
        Assert.That(ChunkPool.TotalOutstanding(), Is.Zero);
    }

    [Test]
    public async Task Allocations_OfTheComponent_AreSeenAndThoseOfTheBenchAreNot()
    {
        var upper = new Upper();
        await using var bench = ComponentBench.Of(upper);
        if (!ChunkPool.HasLedger) // Not a debug build.
        {
            var bad = Assert.Throws<ExpectationException>(() => bench.AssertNoAllocations(() => Flow(bench, upper)))!;
            Assert.That(bad.Message, Does.Match("allocated [0-9]+ bytes in [0-9]+ activations"));
        }

        var relay = new Relay();
        await using var other = ComponentBench.Of(relay);
        other.AssertNoAllocations(() =>
        {
            other.Feed(relay.Inbox, 1, 2, 3);
            other.ExpectNext(relay.Outbox, 1, 2, 3);
        });
        Assert.Throws<ExpectationException>(() => other.AssertNoAllocations(() => { }), "a flow that does nothing");
    }

    private static void Flow(ComponentBench bench, Upper upper)
    {
        bench.Feed(upper.Inbox, "x");
        bench.ExpectNext(upper.Outbox, "X");
    }

    [Test]
    public async Task Boxes_OfAnother_AreRefused()
    {
        await using var bench = ComponentBench.Of(new Upper());
        Assert.Throws<ArgumentException>(() => bench.Feed(new Upper().Inbox, "a"));
        Assert.Throws<ArgumentException>(() => bench.ExpectEnd(new Upper().Outbox));
    }
}

internal sealed partial class Upper : Component
{
    [Port("Lines.")] public partial Inbox<string> Inbox { get; }

    [Port("The same in upper case.")] public partial Outbox<string> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var line))
                await Outbox.SendAsync(line.ToUpperInvariant(), stop);
        }
    }
}

internal sealed partial class Relay : Component
{
    [Port("Numbers.")] public partial Inbox<int> Inbox { get; }

    [Port("The same.")] public partial Outbox<int> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out int number))
                await Outbox.SendAsync(number, stop);
        }
    }
}

/// <summary>Forgets to dispose what it gets.</summary>
internal sealed partial class Keeper : Component
{
    public List<Chunk> Kept { get; } = [];

    [Port("Chunks.")] public partial Inbox<Chunk> Inbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var chunk))
                Kept.Add(chunk);
        }
    }
}
