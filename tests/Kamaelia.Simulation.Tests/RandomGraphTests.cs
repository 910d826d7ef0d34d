using System.Collections.Concurrent;
using Kamaelia.Axon;
using Kamaelia.Sweep;

namespace Kamaelia.Simulation.Tests;

/// <summary>Random graphs in simulated worlds against a model. <c>./build.sh sweep</c> runs more of them.</summary>
public sealed class RandomGraphTests
{
    private const int Graphs = 10_000;

    [Test]
    public void Graphs_OfTenThousandSeeds_DoWhatTheModelSays()
    {
        var failed = new ConcurrentQueue<string>();
        long cells = Cells.InUse;

        Parallel.For(1, Graphs + 1, seed =>
        {
            Outcome outcome = SweepRun.Run((ulong)seed);
            if (outcome.Wrong.Count > 0)
                failed.Enqueue($"seed {seed}: {outcome.Wrong[0]} (./build.sh sweep --replay {seed})");
        });

        Assert.That(failed, Is.Empty);
        Assert.That(Cells.InUse, Is.EqualTo(cells), "cells of boxes that were not given back");
    }

    [Test]
    public void Graph_RunTwice_HasTheSameTrace()
    {
        for (ulong seed = 20_000; seed < 20_300; seed++)
            Assert.That(SweepRun.Run(seed).Hash, Is.EqualTo(SweepRun.Run(seed).Hash), $"seed {seed}");
    }

    [Test]
    public void Graphs_OfAHundredSeeds_HaveTheKnownTraceInEveryBuild()
    {
        ulong all = 0;
        for (ulong seed = 1; seed <= 100; seed++)
            all = (all * 31) + SweepRun.Run(seed).Hash;
        Assert.That(all, Is.EqualTo(KnownTraces.HundredGraphs), $"now {all:x16}");
    }
}
