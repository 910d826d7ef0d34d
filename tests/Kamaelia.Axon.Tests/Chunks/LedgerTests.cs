namespace Kamaelia.Axon.Tests.Chunks;

/// <summary>The ledger names what is rented and not returned, and who rented it where it knows.</summary>
public sealed class LedgerTests
{
    [Test]
    public void Outstanding_WhileAChunkIsHeld_IsDescribedAndGoneAfterwards()
    {
        string before = ChunkPool.DescribeOutstanding();
        Chunk held = ChunkPool.Shared.Rent(1_000_000);
        Chunk other = held.Share();

        string during = ChunkPool.DescribeOutstanding();
        held.Dispose();
        other.Dispose();

        Assert.That(during, Does.Contain(" bytes, 2 references, rented by an unknown renter of the shared pool"));
        Assert.That(ChunkPool.DescribeOutstanding(), Is.EqualTo(before));
    }

    [Test]
    public async Task Rent_InsideAComponent_IsWrittenInDebugBuilds()
    {
        Chunk held = default;
        await using var graph = new Graph("ledger", new GraphOptions { ManualScheduling = true });
        graph.Pipe(Components.Source(Rents()), Components.Sink<int>(_ => { }));
        graph.Start();
        graph.Schedulers[0].RunUntilIdle();

        string text = ChunkPool.DescribeOutstanding();
        held.Dispose();

        string renter = ChunkPool.HasLedger ? "component #0" : "an unknown renter";
        Assert.That(text, Does.Contain($"16384 bytes, 1 references, rented by {renter} of ledger/scheduler-0"));

        IEnumerable<int> Rents()
        {
            held = Chunk.Rent(3000);
            yield return 1;
        }
    }
}
