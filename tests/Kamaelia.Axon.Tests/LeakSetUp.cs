using Kamaelia.Axon;

namespace Kamaelia.Axon.Tests;

/// <summary>After all tests of this assembly no chunk may be rented that was not returned.</summary>
[SetUpFixture]
public sealed class LeakSetUp
{
    [OneTimeTearDown]
    public void EveryPool_IsInBalance()
    {
        if (ChunkPool.TotalOutstanding() is var outstanding and not 0)
            throw new InvalidOperationException($"{outstanding} chunks were rented and never returned.");
    }
}
