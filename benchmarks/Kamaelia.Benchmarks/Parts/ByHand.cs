using Kamaelia.Axon;

namespace Kamaelia.Benchmarks.Parts;

/// <summary>Runs a component over some messages in the calling thread.</summary>
internal static class ByHand
{
    /// <summary>What it makes of them, one array a message; the first cause when it faults.</summary>
    public static byte[][] Run(Component component, byte[][] input)
    {
        var output = new List<byte[]>();
        var graph = new Graph("by-hand", new GraphOptions { ManualScheduling = true });
        try
        {
            graph.Pipe(new SharingSource(input, input.Length), component, Components.Sink<Chunk>(chunk =>
            {
                output.Add(chunk.Span.ToArray());
                chunk.Dispose();
            }));
            graph.Start();
            graph.Schedulers[0].RunUntilIdle();
            if (graph.Completion.IsFaulted)
                graph.Completion.GetAwaiter().GetResult();
            return [.. output];
        }
        finally
        {
            graph.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
