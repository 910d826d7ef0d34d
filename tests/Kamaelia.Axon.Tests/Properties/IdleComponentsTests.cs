using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Properties;

public sealed partial class IdleComponentsTests
{
    private const int Count = 100_000;

    // A generous bound against growth: 485 were measured, each with a stop token of its own. The target (targets.md)
    // is the benchmarks'.
    private const long BytesEachMax = 1_000;

    [Test]
    public async Task HundredThousand_WaitingComponents_AreSmall_AndAllEnd()
    {
        await using var graph = new ManualGraph();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var components = new Waiter[Count];
        for (var n = 0; n < Count; n++)
            components[n] = graph.Add(new Waiter());
        graph.Start();
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / Count;

        var stop = graph.Graph.StopAsync().AsTask();
        graph.Run();
        await graph.Finish(stop);

        TestContext.Out.WriteLine($"{bytes} bytes each");
        Assert.That(bytes, Is.LessThan(BytesEachMax));
        Assert.That(components.All(component => component.State == ComponentState.Ended));
    }

    private sealed partial class Waiter : Component
    {
        [Port("Never comes.")]
        public partial Inbox<int> Inbox { get; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            Inbox.KeepOpen = true;
            while (await Inbox.WaitAsync(stop))
            {
                while (Inbox.TryReceive(out _))
                {
                }
            }
        }
    }
}
