using Kamaelia.Axon;

namespace Kamaelia.Axon.Tests.Harness;

/// <summary>The longest a test waits for real threads; it is a bound on hanging, never a measurement.</summary>
internal static class Bounded
{
    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    public static Task Within(this Task task) => task.WaitAsync(Wait);

    public static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(Wait);

    /// <summary>Runs a graph to its end; one that hangs fails with who waits for what.</summary>
    public static async Task RunToEnd(this Graph graph)
    {
        var running = graph.RunAsync();
        if (await Task.WhenAny(running, Task.Delay(Wait)) != running)
        {
            var ready = graph.Schedulers.Select(each =>
                $"{each.Name}: asleep {each.IsAsleep}, {each.Activations} activations");
            Assert.Fail($"The graph hangs:\n{graph.DescribeWaits()}\n{string.Join("\n", ready)}");
        }
        await running;
    }

    public static async Task Until(Func<bool> condition, string what)
    {
        var deadline = Environment.TickCount64 + (long)Wait.TotalMilliseconds;
        while (!condition())
        {
            Assert.That(Environment.TickCount64, Is.LessThan(deadline), $"Never: {what}");
            await Task.Delay(2);
        }
    }
}
