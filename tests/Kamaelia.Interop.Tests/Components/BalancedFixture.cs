using Kamaelia.Axon;

namespace Kamaelia.Interop.Tests;

/// <summary>Every test ends with as many chunks and box cells in use as it began with.</summary>
public abstract class BalancedFixture
{
    private long _chunksBefore;
    private long _cellsBefore;

    [SetUp]
    public void OpenTheBooks()
    {
        _chunksBefore = ChunkPool.TotalOutstanding();
        _cellsBefore = Cells.InUse;
    }

    [TearDown]
    public void BalanceTheBooks()
    {
        Assert.That(ChunkPool.TotalOutstanding() - _chunksBefore, Is.Zero, "chunks leaked");
        Assert.That(Cells.InUse - _cellsBefore, Is.Zero, "rings or outlets leaked");
    }
}
