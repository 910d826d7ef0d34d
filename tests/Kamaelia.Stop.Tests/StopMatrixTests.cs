namespace Kamaelia.Stop.Tests;

/// <summary>P3: a stop returns within its graces and a little, and nothing is left behind. Every cell of the matrix.
/// </summary>
[Platform(Include = "Linux")] // Threads and descriptors are counted in /proc.
public sealed class StopMatrixTests
{
    private static IEnumerable<TestCaseData> Cells =>
        Cell.All.Select(cell => new TestCaseData(cell).SetArgDisplayNames(cell.ToString()));

    [OneTimeSetUp]
    public void WarmUp() => Matrix.WarmUp();

    [TestCaseSource(nameof(Cells))]
    public void Stop_InEveryCell_EndsInTimeAndLeavesNothing(Cell cell)
    {
        if (cell.NeedsPlugin && Probe.Missing is { } why)
            Assert.Ignore($"skipped, because {why}");
        var result = Rig.Run(cell);
        TestContext.Out.WriteLine($"{result.Text}, {result.Took.TotalMilliseconds:0} ms");
    }

    [Test]
    public void Cells_OfTheMatrix_AreAllThere() => Assert.That(Cell.All.Distinct().Count(), Is.EqualTo(7 * 6 * 5));

    [Test]
    public void Leaks_WhenAChunkIsHeld_AreSeen()
    {
        var before = Leaks.Count();
        using (Axon.ChunkPool.Shared.Rent(1))
            Assert.That(Leaks.Count().Beyond(before), Is.EqualTo("1 chunks"));
        Assert.That(Leaks.Count().Beyond(before), Is.Empty);
    }
}
