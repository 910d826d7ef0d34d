using Kamaelia.Axon;
using Kamaelia.Benchmarks.Harness;

namespace Kamaelia.Benchmarks.Parts;

/// <summary>Builds graphs and runs them on threads of their own, as a user would.</summary>
internal static class Topology
{
    /// <summary>Source, stages, sink, each linkage of one capacity; ends when the source has.</summary>
    public static async Task<Sample> RunChain(
        FlowProbe probe, int capacity, Component source, int stages, Func<int, Component> stage, Component sink)
    {
        await using var graph = new Graph("bench");
        var link = new LinkOptions(Capacity: capacity);
        Component before = graph.Add(source);
        for (int i = 0; i <= stages; i++)
        {
            Component next = graph.Add(i < stages ? stage(i) : sink);
            graph.Link(before, "outbox", next, "inbox", link);
            before = next;
        }
        await graph.RunAsync();
        Sample sample = await probe.Done;
        double hops = (double)probe.Total * (stages + 1);
        // What it took to fill the chain is in it: a hint how large the batches were, not a figure to compare.
        return sample with
        {
            Extras = new Dictionary<string, double>
            {
                ["hops_per_turn"] = hops / Math.Max(1, graph.Schedulers.Sum(s => s.Activations)),
            },
        };
    }

    /// <summary>A ring of so many, the meter among them; ends when the probe has seen enough.</summary>
    public static async Task<Sample> RunRing(
        FlowProbe probe, int members, Component meter, Func<int, Component> member)
    {
        await using var graph = new Graph("bench");
        graph.Add(meter);
        Component before = meter;
        for (int i = 1; i < members; i++)
        {
            Component next = graph.Add(member(i));
            graph.Link(before, "outbox", next, "inbox");
            before = next;
        }
        graph.Link(before, "outbox", meter, "inbox");
        graph.Start();
        Sample sample = await probe.Done;
        await graph.StopAsync(new StopOptions(TimeSpan.Zero));
        return sample;
    }
}
