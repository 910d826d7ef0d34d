using System.Text;
using Kamaelia.Axon;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Parts;
using Kamaelia.Notation;
using Kamaelia.Utilities;

namespace Kamaelia.Benchmarks.Suites;

/// <summary>What it takes to make a graph of so many components, which is not run.</summary>
internal static class PlanMeter
{
    private const int ChainLength = 10;

    public static IEnumerable<Variant> Variants(int count)
    {
        string chains = Text(count, ChainLength), chain = Text(count, count);
        yield return new("notation", _ => Notation(chains));
        yield return new("notation, one chain", _ => Notation(chain));
        yield return new("notation, parsed only", _ => Task.FromResult(Parsed(chains)));
        yield return new("Graph.Add and Link", _ => ByCalls(count, isStarted: false));
        yield return new("Graph.Add, Link and Start", _ => ByCalls(count, isStarted: true));
    }

    /// <summary>Chains of framers and deframers in turn, each behind a file that nobody opens.</summary>
    private static string Text(int count, int length)
    {
        var text = new StringBuilder();
        for (int left = count; left > 0; left -= length)
        {
            text.Append("file.read x");
            for (int i = 1; i < Math.Min(length, left) - 1; i++)
                text.Append(i % 2 == 1 ? " | managed:framer" : " | managed:deframer");
            text.Append(" | null\n");
        }
        return text.ToString();
    }

    private static async Task<Sample> Notation(string text)
    {
        Meter meter = Meter.Start();
        ParsedGraph parsed = GraphText.Parse(text);
        await using Graph graph = parsed.Build();
        return Counted(meter, parsed.Components.Count);
    }

    private static Sample Parsed(string text)
    {
        Meter meter = Meter.Start();
        return Counted(meter, GraphText.Parse(text).Components.Count);
    }

    private static async Task<Sample> ByCalls(int count, bool isStarted)
    {
        Meter meter = Meter.Start();
        await using var graph = new Graph("bench", new GraphOptions { ManualScheduling = true });
        Component before = graph.Add(new MessageSource<long>(1, 0));
        for (int i = 1; i < count; i++)
        {
            Component next = graph.Add<Component>(i < count - 1 ? new AsyncPass<long>() : new NullSink<long>());
            graph.Link(before, "outbox", next, "inbox");
            before = next;
        }
        if (isStarted)
            graph.Start();
        Sample sample = Counted(meter, count);
        if (isStarted)
            graph.Schedulers[0].RunUntilIdle(); // The source has nothing to send: all of them end.
        return sample;
    }

    private static Sample Counted(Meter meter, int count)
    {
        Sample sample = meter.Stop(count);
        return sample with
        {
            Extras = new Dictionary<string, double> { ["operations"] = count, ["ms"] = sample.WallNs / 1e6 },
        };
    }
}
