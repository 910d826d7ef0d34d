using System.Diagnostics;
using Kamaelia.Axon;

namespace Kamaelia.Stop.Tests;

/// <summary>What came of a cell.</summary>
/// <param name="Text">How the stop ended, and who asked where that is not plain.</param>
/// <param name="Took">From the asking to the end.</param>
/// <param name="Over">What of that was beyond the graces it was given.</param>
public readonly record struct CellResult(string Text, TimeSpan Took, TimeSpan Over);

/// <summary>Tries one cell: the stop, and what it left behind.</summary>
internal static class Rig
{
    // Generous: what is asserted is that nobody is waited for, not how quick a loaded machine is.
    private static readonly TimeSpan s_littleMax = TimeSpan.FromSeconds(5);

    private static int s_count;

    /// <summary>Throws where a promise does not hold.</summary>
    public static CellResult Run(Cell cell)
    {
        var before = Leaks.Count();
        var index = Interlocked.Increment(ref s_count);
        var name = $"c{index}";
        var scene = new Scene(cell, name, index);
        var asker = new Asker(cell, scene, name);
        scene.Prepare();
        CellResult result;
        try
        {
            result = Stop(cell, scene, asker);
            CheckIsOver(scene.Graph);
        }
        finally
        {
            scene.Release();
            asker.Dispose();
        }
        CheckNothingIsLeft(scene, before, name);
        return result;
    }

    private static CellResult Stop(Cell cell, Scene scene, Asker asker)
    {
        var watch = Stopwatch.StartNew();
        var tasks = asker.Ask();
        scene.OpenGate();
        foreach (var task in tasks)
        {
            if (!task.WaitQuietly(Scene.Patience))
                throw new TimeoutException($"the stop hangs; {scene.Graph.State}: {scene.Graph.DescribeWaits()}");
        }
        var took = watch.Elapsed;
        var over = took - Asker.Promised(cell);
        var outcomes = tasks.Select(Outcome).Distinct().ToArray();
        Require(outcomes.Length == 1, $"two callers, two outcomes: {string.Join(" and ", outcomes)}");
        Require(over < s_littleMax, $"it took {took.TotalMilliseconds:0} ms");
        Expect(cell, tasks[0], outcomes[0]);
        var asked = asker.IsOther ? " (by another graph's component)" : "";
        return new CellResult(outcomes[0] + asked, took, over > TimeSpan.Zero ? over : TimeSpan.Zero);
    }

    private static string Outcome(Task task) => task.Exception?.InnerException switch
    {
        null => "stopped",
        GraphAbandonedException => "abandoned",
        GraphFaultedException => "stopped, faulted",
        var other => throw new InvalidOperationException("a stop must not fail so", other),
    };

    private static void Expect(Cell cell, Task task, string outcome)
    {
        if (cell.When == When.Starting && cell.Blocks)
            return; // Whether the blocked one had begun is a race, and either end is right.
        var blocked = cell.Blocks && cell.When != When.Created;
        Require(blocked == (outcome == "abandoned"), $"{outcome}, {task.Exception?.InnerException?.Message}");
        if (task.Exception?.InnerException is GraphAbandonedException abandoned)
        {
            Require(abandoned.Paths.Any(path => path.EndsWith("/blocked", StringComparison.Ordinal)),
                $"paths: {string.Join(", ", abandoned.Paths)}");
            Require(abandoned.Message.Contains("/blocked holds", StringComparison.Ordinal), abandoned.Message);
        }
    }

    // For everybody else: while what blocks still blocks.
    private static void CheckIsOver(Graph graph)
    {
        Require(graph.Completion.WaitQuietly(Scene.Patience), "the completion never came");
        Require(graph.State == GraphState.Ended, $"it is {graph.State}");
        var watch = Stopwatch.StartNew();
        Require(graph.StopAsync().AsTask().WaitQuietly(Scene.Patience), "a stop after the end hangs");
        Require(graph.DisposeAsync().AsTask().WaitQuietly(Scene.Patience), "the disposal hangs");
        graph.Snapshot();
        Require(watch.Elapsed < s_littleMax, $"what follows a stop took {watch.Elapsed.TotalMilliseconds:0} ms");
    }

    private static void CheckNothingIsLeft(Scene scene, Leaks before, string name)
    {
        var left = "";
        var watch = Stopwatch.StartNew();
        while ((left = Left(scene, before, name)).Length > 0)
        {
            Require(watch.Elapsed < Scene.Patience, $"left behind: {left}");
            Thread.Sleep(1);
        }
    }

    private static string Left(Scene scene, Leaks before, string name)
    {
        var components = string.Join(", ", scene.Left());
        if (components.Length > 0)
            return components;
        var threads = Leaks.Threads(name + "/") + Leaks.Threads(name + "o/");
        return threads > 0 ? $"{threads} threads" : Leaks.Count().Beyond(before);
    }

    private static void Require(bool holds, string text)
    {
        if (!holds)
            throw new InvalidOperationException(text);
    }
}
