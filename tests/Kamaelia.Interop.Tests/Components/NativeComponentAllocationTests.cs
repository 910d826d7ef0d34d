using System.Diagnostics;
using System.Reflection;
using Kamaelia.Axon;
using static Kamaelia.Interop.Tests.NativeGraph;

namespace Kamaelia.Interop.Tests;

/// <summary>A message through native components allocates nothing.</summary>
public sealed class NativeComponentAllocationTests : BalancedFixture
{
    private const int Turns = 100;

    [Test]
    public async Task Message_ThroughNativesOnly_AllocatesNothing()
    {
        TrialPlugin.Load();
        var sink = NativeComponents.Create("trial.count");
        await AssertNothingIsAllocatedAsync(() => sink.Counters.Single().Value, Source(0), Pass(), Pass(), sink);
    }

    [Test]
    public async Task Message_ThroughNativesAndManaged_AllocatesNothing()
    {
        if (typeof(Graph).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true })
            Assert.Ignore("skipped, because a debug build boxes its awaiters");
        var sink = new CountingSink();
        await AssertNothingIsAllocatedAsync(() => sink.Count, Source(0), Pass(), new ManagedPass(), Pass(), sink);
    }

    private static async Task AssertNothingIsAllocatedAsync(Func<long> count, params Component[] chain)
    {
        await using var graph = new Graph("g", new GraphOptions { ManualScheduling = true });
        graph.Pipe(chain);
        graph.Start();
        var scheduler = graph.Schedulers[0];
        Step(scheduler); // Rings grow and blocks are made.
        var countBefore = count();
        var bytesBefore = GC.GetAllocatedBytesForCurrentThread();

        Step(scheduler);

        var bytes = GC.GetAllocatedBytesForCurrentThread() - bytesBefore;
        var messages = count() - countBefore;
        var stopping = graph.StopAsync();
        scheduler.RunUntilIdle();
        await stopping.AsTask().WaitAsync(Patience);

        Assert.That(messages, Is.GreaterThan(Turns));
        Assert.That(bytes, Is.Zero);
    }

    private static void Step(Scheduler scheduler)
    {
        for (var i = 0; i < Turns; i++)
            scheduler.Step();
    }
}
