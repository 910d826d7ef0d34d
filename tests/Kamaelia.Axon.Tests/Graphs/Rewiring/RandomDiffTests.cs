using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Graphs.Rewiring;

/// <summary>Random diffs on a small flowing graph, stepped by hand, against a model: every message of every source
/// arrives once, and at each sink in the order it was sent.</summary>
public sealed class RandomDiffTests
{
    private const int SeedsPerCase = 250;

    [Test]
    public async Task Diffs_AtRandomMoments_LoseDuplicateAndReorderNothing(
        [Values(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)] int block)
    {
        long cells = Cells.InUse;
        for (var seed = block * SeedsPerCase; seed < (block + 1) * SeedsPerCase; seed++)
            await new RandomDiffRun(seed).RunAsync();
        Assert.That(Cells.InUse, Is.EqualTo(cells));
    }

    [Test]
    public async Task SameSeed_SameRun()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var first = await new RandomDiffRun(seed).RunAsync();
            Assert.That(await new RandomDiffRun(seed).RunAsync(), Is.EqualTo(first), $"seed {seed}");
        }
    }
}
