using Kamaelia.Axon;

namespace Kamaelia.Tests.Support;

/// <summary>Runs small graphs to their end, within a bound, and looks for what they left behind.</summary>
internal static class Graphs
{
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    /// <summary>What comes out of a component, or of a pipe of them, when these messages go in.</summary>
    public static async Task<List<Message>> ThroughAsync(IEnumerable<Message> input, params Component[] components)
    {
        var sink = new ChunkSink();
        await RunAsync([new ChunkSource(input), .. components, sink]);
        return sink.Messages;
    }

    public static List<Message> Through(IEnumerable<Message> input, params Component[] components) =>
        ThroughAsync(input, components).GetAwaiter().GetResult();

    /// <summary>Runs a pipe to its end; a fault is thrown. No chunk may be left.</summary>
    public static async Task RunAsync(params Component[] pipe)
    {
        try
        {
            await using var graph = new Graph();
            graph.Pipe(pipe);
            await graph.RunAsync().WaitAsync(Bound);
        }
        finally
        {
            AssertNothingLeft();
        }
    }

    /// <summary>The fault that a pipe ends with: that of the component, not the graph's envelope.</summary>
    public static async Task<Exception> FaultOfAsync(params Component[] pipe)
    {
        try
        {
            await RunAsync(pipe);
        }
        catch (GraphFaultedException e)
        {
            return e.InnerException!;
        }
        throw new AssertionException("The graph was expected to fault, and completed.");
    }

    /// <summary>What a task throws, within a bound.</summary>
    public static async Task<T> ThrownByAsync<T>(Task task) where T : Exception
    {
        try
        {
            await task.WaitAsync(Bound);
        }
        catch (T e)
        {
            return e;
        }
        throw new AssertionException($"A {typeof(T).Name} was expected, and nothing was thrown.");
    }

    public static void AssertNothingLeft() =>
        Assert.That(ChunkPool.TotalOutstanding(), Is.Zero, "chunks that nobody gave back");

    /// <summary>Waits until something is so, a few milliseconds at a time.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        long start = Environment.TickCount64;
        while (!condition())
        {
            if (Environment.TickCount64 - start > Bound.TotalMilliseconds)
                throw new TimeoutException($"waited {Bound.TotalSeconds} s in vain for {what}");
            await Task.Delay(2);
        }
    }

    /// <summary>The counter of that name; -1: there is none.</summary>
    public static long Counter(Component component, string name) =>
        component.Counters.FirstOrDefault(c => c.Key == name, KeyValuePair.Create(name, -1L)).Value;
}
