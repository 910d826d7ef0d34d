using System.Diagnostics;
using System.Reflection;
using Kamaelia.Axon;
using Kamaelia.Interop;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Contracts;

/// <summary>In steady flow no component allocates a message, driven by hand so that every byte is seen.</summary>
public abstract class AllocationContract(TwinMaker twins)
{
    private const int Rounds = 200;

    private static bool IsOptimised => typeof(Component).Assembly.GetCustomAttribute<DebuggableAttribute>()
        is not { IsJITOptimizerDisabled: true };

    [TestCase("framer", "chunker", "dechunker", "deframer")]
    [TestCase("length.frame", "length.deframe")]
    [TestCase("pcm.gain")]
    [TestCase("pcm.convert")]
    [TestCase("crc.append", "crc.check")]
    [TestCase("fec.xor", "fec.xor.recover")]
    [TestCase("g711.encode", "g711.decode")]
    public void Flow_OfManyMessages_AllocatesNothing(params string[] names)
    {
        Assert.That(AllocatedBy([.. names.Select(name => twins.Make(name))]), Is.Zero);
    }

    [Test]
    public void Flow_OfTwoStreamsThroughAMixer_AllocatesNothing()
    {
        var mixer = twins.Make("pcm.mix");
        var sink = new Kamaelia.Utilities.NullSink<Chunk>();
        Assert.That(AllocatedBy(graph =>
        {
            graph.Pipe(mixer, sink);
            foreach (string input in new[] { "in#0", "in#1" })
                graph.Link(graph.Add(new Repeater()).Outbox, mixer.FindInbox(input));
        }, sink), Is.Zero);
    }

    [Test]
    public void Measure_AComponentThatAllocates_IsSeen()
    {
        Assert.That(AllocatedBy([new Allocator()], seconds: 1), Is.Positive);
    }

    /// <summary>Bytes that this thread allocates while messages flow: tried until there are none or the time is up,
    /// since only the runtime's final code keeps awaiters off the heap, and that comes when it likes.</summary>
    [TestCase("0", "keep")]
    [TestCase("0-8191", "keep")]
    public void Flow_OfAFilter_AllocatesNothing(string pids, string mode)
    {
        var ts = new Repeater(
            [.. Enumerable.Range(0, 7).SelectMany(i => TsBuilder.Packet(i & 1, i))]);
        var sink = new Kamaelia.Utilities.NullSink<Chunk>();
        Assert.That(AllocatedBy(graph => graph.Pipe(
            ts, twins.Make("ts.filter", ("pids", pids), ("mode", mode)), sink), sink), Is.Zero);
    }

    // Short frames and the least effort: what is looked at is the component, not the library.
    [Test]
    public void Flow_OfSoundThroughOpus_AllocatesNothing()
    {
        if (OpusLibrary.Problem is { } problem)
            Assert.Ignore($"skipped, because {problem}");

        Assert.That(AllocatedBy([twins.Make("opus.encode", ("frame_ms", "2.5"), ("complexity", "0")),
            twins.Make("opus.decode")]), Is.Zero);
    }

    internal static long AllocatedBy(Component[] components, int seconds = 10)
    {
        var sink = new Kamaelia.Utilities.NullSink<Chunk>();
        return AllocatedBy(graph => graph.Pipe([new Repeater(), .. components, sink]), sink, seconds);
    }

    private static long AllocatedBy(Action<Graph> build, Kamaelia.Utilities.NullSink<Chunk> sink, int seconds = 10)
    {
        if (!IsOptimised)
            Assert.Ignore("skipped, because a debug build puts awaiters on the heap");
        var graph = new Graph(options: new GraphOptions { ManualScheduling = true });
        build(graph);
        graph.Start();
        var scheduler = graph.Schedulers[0];
        long least = long.MaxValue;
        long deadline = Environment.TickCount64 + seconds * 1000;
        for (int i = 0; least > 0 && (i < 5 || Environment.TickCount64 < deadline); i++)
        {
            if (i > 0)
                Thread.Sleep(100);
            for (int round = 0; round < Rounds; round++)
                scheduler.Step();
            long before = GC.GetAllocatedBytesForCurrentThread();
            long messages = sink.Messages;
            for (int round = 0; round < Rounds; round++)
                scheduler.Step();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.That(sink.Messages, Is.GreaterThan(messages + Rounds), "messages flow");
        }
        _ = graph.StopAsync(new StopOptions(TimeSpan.Zero)).AsTask();
        long start = Environment.TickCount64;
        while (!graph.Completion.IsCompleted && Environment.TickCount64 - start < Graphs.Bound.TotalMilliseconds)
            scheduler.Step();
        Assert.That(graph.Completion.IsCompleted, Is.True);
        Graphs.AssertNothingLeft();
        return least;
    }
}

/// <summary>Sends shares of one chunk for as long as it is asked.</summary>
internal sealed partial class Repeater(byte[]? bytes = null) : Component
{
    [Port("The same bytes again and again.")] public partial Outbox<Chunk> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        using var chunk = Chunk.CopyOf(bytes ?? Cuts.RandomBytes(1, 1316));
        while (!stop.IsCancellationRequested)
            await Outbox.SendAsync(chunk.Share(), stop);
    }
}

/// <summary>What the measure must see.</summary>
internal sealed partial class Allocator : Component
{
    [Port("In.")] public partial Inbox<Chunk> Inbox { get; }

    [Port("Out.")] public partial Outbox<Chunk> Outbox { get; }

    public object? Last { get; private set; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var chunk))
            {
                Last = new object();
                await Outbox.SendAsync(chunk, stop);
            }
        }
    }
}

[TestFixture]
internal sealed class ManagedAllocationTests() : AllocationContract(TwinMaker.Managed)
{
    [TestCase("rechunk", "bytes=188")]
    [TestCase("ts.check", "")]
    [TestCase("pace", "by=1000G")]
    public void Flow_ThroughAManagedComponent_AllocatesNothing(string name, string option)
    {
        (string, string)[] options = option.Length == 0 ? [] : [(option.Split('=')[0], option.Split('=')[1])];

        Assert.That(AllocatedBy([TwinMaker.Managed.Make(name, options)]), Is.Zero);
    }
}

[TestFixture]
internal sealed class NativeAllocationTests() : AllocationContract(TwinMaker.Native);
