using Kamaelia.Axon;

namespace Kamaelia.Interop.Tests;

/// <summary>What the tests of native components share: bounded runs and ready components.</summary>
internal static class NativeGraph
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static NativeComponent Source(int count, int bytes = 32) =>
        NativeComponents.Create("counter.source", ("n", $"{count}"), ("bytes", $"{bytes}"));

    public static NativeComponent Pass() => NativeComponents.Create("pass");

    public static Task RunToEndAsync(this Graph graph) => graph.RunAsync().WaitAsync(Patience);

    public static Task StopWithinAsync(this Graph graph, StopOptions? options = null) =>
        graph.StopAsync(options).AsTask().WaitAsync(Patience);

    public static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
