using System.Collections.Concurrent;
using Kamaelia.Axon;
using Kamaelia.Sweep;
using Kamaelia.Sweep.Planning;

namespace Kamaelia.Simulation.Tests;

/// <summary>Random graphs in simulated worlds against a model. <c>./build.sh sweep</c> runs more of them.</summary>
public sealed class RandomGraphTests
{
    private const int Graphs = 10_000;

    // Each failed once; the plan's length says whether the planner still makes up the same graph from the seed. If it
    // does not, the case is worth nothing and goes: the explicit tests in Kamaelia.Axon.Tests stay.
    [TestCase(311533ul, 264, TestName = "Two crossings in a row are cut together")]
    [TestCase(435158ul, 449, TestName = "A body that gave up its turn and finds the room taken waits again")]
    [TestCase(492958ul, 453, TestName = "A fan-out that no longer waits for room is not woken for it")]
    [TestCase(498058ul, 504, TestName = "A parent that was woken and then ended by its last child is not resumed")]
    [TestCase(5029924ul, 308, TestName = "What a step has made is sent before more, by another linkage too")]
    public void Graph_OfASeedThatOnceFailed_Passes(ulong seed, int planLength)
    {
        Assert.That(Planner.Make(seed).ToString(), Has.Length.EqualTo(planLength));
        Assert.That(SweepRun.Run(seed).Wrong, Is.Empty);
    }

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
