using Kamaelia.Axon;
using static Kamaelia.Interop.Tests.NativeGraph;

namespace Kamaelia.Interop.Tests;

/// <summary>What people who look see of native components: counters, waits, the snapshot.</summary>
public sealed class NativeComponentLookTests : BalancedFixture
{
    [Test]
    public async Task Snapshot_OfARunningGraph_ShowsTypesBoxesAndCounters()
    {
        await using var graph = new Graph();
        var source = Source(0);
        graph.Pipe(source, Pass(), new TagSink());
        graph.Start();
        await UntilAsync(() => source.Counters.Single().Value > 100);

        var snapshot = graph.Snapshot();
        await graph.StopWithinAsync();

        var seen = snapshot.Components.Single(component => component.Path == source.Path);
        Assert.That(seen.Type, Is.EqualTo("counter.source"));
        Assert.That(seen.Counters.Single().Key, Is.EqualTo("chunks"));
        Assert.That(seen.Counters.Single().Value, Is.GreaterThan(100));
        Assert.That(snapshot.ToJson(), Does.Contain("chunks").And.Contain("counter.source"));
    }

    [Test]
    public async Task Counters_ReadByManyWhileItEnds_NeverFail()
    {
        await using var graph = new Graph();
        var source = Source(200_000);
        graph.Pipe(source, Pass(), new CountingSink());
        graph.Start();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            long last = 0;
            while (source.State != ComponentState.Ended)
            {
                var now = source.Counters.Single().Value;
                Assert.That(now, Is.GreaterThanOrEqualTo(last));
                last = now;
            }
        })).ToArray();

        await graph.Completion.WaitAsync(Patience);
        await Task.WhenAll(readers).WaitAsync(Patience);

        Assert.That(source.Counters.Single(), Is.EqualTo(KeyValuePair.Create("chunks", 200_000L)));
    }
}
