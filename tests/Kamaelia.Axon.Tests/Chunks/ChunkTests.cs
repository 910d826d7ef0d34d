using System.Runtime.CompilerServices;
using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Chunks;

public sealed class ChunkTests
{
    private long _before;

    [SetUp]
    public void NoteOutstanding() => _before = ChunkPool.TotalOutstanding();

    [TearDown]
    public void NothingIsLeaked() => Assert.That(ChunkPool.TotalOutstanding(), Is.EqualTo(_before));

    [Test]
    public void Chunk_IsThirtyTwoBytes() => Assert.That(Unsafe.SizeOf<Chunk>(), Is.EqualTo(32));

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(1316)]
    [TestCase(65_536)]
    [TestCase(5_000_000)]
    public void Rent_OfAnySize_IsThatLong_AndWritable(int bytes)
    {
        using var chunk = Chunk.Rent(bytes);

        chunk.Writable.Fill(0xAB);

        Assert.That(chunk.Length, Is.EqualTo(bytes));
        Assert.That(chunk.Span.ToArray(), Is.All.EqualTo((byte)0xAB));
        Assert.That(chunk.IsEmpty, Is.False, "only default is");
    }

    [Test]
    public void Rent_OfLessThanNothing_Throws()
        => Assert.That(() => Chunk.Rent(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void CopyOf_IsACopy()
    {
        byte[] source = [1, 2, 3];

        using var chunk = Chunk.CopyOf(source);
        source[0] = 9;

        Assert.That(chunk.Span.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public void Share_AddsAReference_ToTheSameBytes()
    {
        var first = Chunk.CopyOf([1, 2, 3]);
        var second = first.Share();

        first.Dispose();

        Assert.That(ChunkPool.TotalOutstanding() - _before, Is.EqualTo(1));
        Assert.That(second.Span.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        second.Dispose();
    }

    [Test]
    public void Slice_IsAPart_WithItsOwnReference()
    {
        var whole = Chunk.CopyOf([0, 1, 2, 3, 4, 5]);
        var part = whole.Slice(2, 3);

        whole.Dispose();

        Assert.That(part.Span.ToArray(), Is.EqualTo(new byte[] { 2, 3, 4 }));
        part.Dispose();
    }

    [TestCase(-1, 1)]
    [TestCase(0, 7)]
    [TestCase(7, 0)]
    [TestCase(2, -1)]
    [TestCase(int.MaxValue, int.MaxValue)]
    public void Slice_OutsideTheChunk_Throws(int offset, int length)
    {
        using var chunk = Chunk.CopyOf([0, 1, 2, 3, 4, 5]);

        Assert.That(() => chunk.Slice(offset, length), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => chunk.Trim(offset, length), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Trim_IsASmallerView_OfTheSameReference()
    {
        var whole = Chunk.CopyOf([0, 1, 2, 3, 4, 5]);

        var part = whole.Trim(1, 4).Trim(0, 2);

        Assert.That(part.Span.ToArray(), Is.EqualTo(new byte[] { 1, 2 }));
        part.Dispose();
    }

    [Test]
    public void With_KeepsTheBytes_AndSetsTheRest()
    {
        var plain = Chunk.CopyOf([7]);

        var timed = plain.With(ptsNs: 40_000_000, tag: 9);

        Assert.That((plain.HasPts, timed.HasPts, timed.PtsNs, timed.Tag), Is.EqualTo((false, true, 40_000_000L, 9u)));
        Assert.That(timed.Span.ToArray(), Is.EqualTo(new byte[] { 7 }));
        timed.Dispose();
    }

    [Test]
    public void Time_Zero_IsATime()
    {
        using var chunk = Chunk.CopyOf([7]).With(ptsNs: 0);

        Assert.That((chunk.HasPts, chunk.PtsNs), Is.EqualTo((true, 0L)));
    }

    [Test]
    public void Default_IsEmpty_AndDisposable()
    {
        Chunk nothing = default;

        nothing.Dispose();

        Assert.That((nothing.IsEmpty, nothing.Length), Is.EqualTo((true, 0)));
    }

    [Test]
    public void References_DroppedOnOtherThreads_AllComeBack()
    {
        Parallel.For(0, 200, _ =>
        {
            var chunk = Chunk.Rent(500);
            var shares = Enumerable.Range(0, 8).Select(_ => chunk.Share()).ToArray();
            Parallel.ForEach(shares, share => share.Dispose());
            chunk.Dispose();
        });
    }

    [Test]
    public async Task Chunks_LeftInBoxesOfAStoppedGraph_AreReleased()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<Chunk>();
        from.Do(() =>
        {
            for (var n = 0; n < 10; n++)
                Assert.That(from.Outbox.TrySend(Chunk.Rent(10)));
        });

        from.RequestStop(StopKind.Cancel);
        to.RequestStop(StopKind.Cancel);
        graph.Run();
        await graph.Finish(graph.Graph.Completion);

        Assert.That(ChunkPool.TotalOutstanding(), Is.EqualTo(_before));
    }

    [Test]
    public async Task Chunks_SentIntoTheVoid_AreReleased()
    {
        await using var graph = new ManualGraph();
        var puppet = graph.Puppet<Chunk>("lonely");
        graph.Start();

        puppet.Do(() => Assert.That(puppet.Outbox.TrySend(Chunk.Rent(10))));

        Assert.That(ChunkPool.TotalOutstanding(), Is.EqualTo(_before));
    }

    [Test]
    public async Task Pool_OfAScheduler_GivesABlockAgain()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<Chunk>();
        var places = new HashSet<nint>();

        for (var n = 0; n < 100; n++)
        {
            from.Do(() => from.Outbox.TrySend(Chunk.Rent(1316)));
            to.Do(() =>
            {
                to.Inbox.TryReceive(out var chunk);
                places.Add(Place(chunk));
                chunk.Dispose();
            });
        }

        Assert.That(places, Has.Count.LessThan(10));
    }

    private static unsafe nint Place(Chunk chunk)
    {
        fixed (byte* first = chunk.Span)
            return (nint)first;
    }
}
