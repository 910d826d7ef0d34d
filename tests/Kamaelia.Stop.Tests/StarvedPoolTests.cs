using System.Diagnostics;
using Kamaelia.Axon;

namespace Kamaelia.Stop.Tests;

/// <summary>A stop needs no free thread of the pool.</summary>
public sealed class StarvedPoolTests
{
    // Far more than the pool adds in the time that a stop may take.
    private const int Blocked = 400;

    [Test]
    public void Stop_WhileEveryPoolThreadBlocks_KeepsItsDeadlines()
    {
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        using var left = new CountdownEvent(Blocked);
        var graph = new Graph("starved");
        graph.Add(new Parts.Waiting(entered, release) { Name = "waiting" });
        graph.Start();
        // A stop that comes before it blocks ends it as any other.
        Assert.That(entered.Wait(Scene.Patience), "it never ran");
        for (var i = 0; i < Blocked; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ =>
            {
                release.Wait();
                left.Signal();
            }, null);
        }
        var watch = Stopwatch.StartNew();
        var grace = TimeSpan.FromMilliseconds(20);
        bool ended, wasStarved;
        try
        {
            ended = graph.StopAsync(new StopOptions(grace, grace)).AsTask().WaitQuietly(Scene.Patience);
            wasStarved = left.CurrentCount == Blocked;
        }
        finally
        {
            release.Set();
        }

        Assert.That(ended, $"it hung for {watch.Elapsed}");
        Assert.That(wasStarved, "the pool was free after all");
        Assert.That(graph.Completion.Exception?.InnerException, Is.InstanceOf<GraphAbandonedException>());
        Assert.That(left.Wait(Scene.Patience));
    }
}
