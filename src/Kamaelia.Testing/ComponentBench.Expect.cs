using System.Globalization;
using Kamaelia.Axon;

namespace Kamaelia.Testing;

// What a test may expect.
public sealed partial class ComponentBench
{
    /// <summary>The next message of an outbox, which is the caller's then (a chunk: to dispose).</summary>
    public T Next<T>(Outbox<T> outbox)
    {
        var collector = (Collector<T>)CollectorOf(outbox);
        Until(() => collector.Count > 0, () => $"a message on {outbox.Path}");
        return collector.Messages.Dequeue();
    }

    /// <summary>The next messages of an outbox are these, in this order.</summary>
    public void ExpectNext<T>(Outbox<T> outbox, params ReadOnlySpan<T> expected)
    {
        foreach (var each in expected)
        {
            var wanted = each;
            var collector = (Collector<T>)CollectorOf(outbox);
            Until(() => collector.Count > 0, () => $"{TextOf(wanted)} on {outbox.Path}");
            var next = collector.Messages.Peek();
            if (!EqualityComparer<T>.Default.Equals(next, wanted))
                throw Unmet($"{TextOf(wanted)} next on {outbox.Path}");
            collector.Messages.Dequeue();
        }
    }

    /// <summary>The next chunks of an outbox have these bytes. They are disposed.</summary>
    public void ExpectNext(Outbox<Chunk> outbox, params ReadOnlySpan<byte[]> expected)
    {
        foreach (byte[] each in expected)
        {
            var collector = (Collector<Chunk>)CollectorOf(outbox);
            Until(() => collector.Count > 0, () => $"{TextOf(each)} on {outbox.Path}");
            if (!collector.Messages.Peek().Span.SequenceEqual(each))
                throw Unmet($"{TextOf(each)} next on {outbox.Path}");
            collector.Messages.Dequeue().Dispose();
        }
    }

    /// <summary>Nothing comes out of an outbox for so long.</summary>
    public void ExpectNothing(Outbox outbox, TimeSpan time)
    {
        var collector = CollectorOf(outbox);
        var until = World.Time.Elapsed + time;
        if (World.RunUntil(() => collector.Count > 0, time) || collector.Count > 0)
            throw Unmet($"nothing on {outbox.Path} for {time}");
        if (World.Time.Elapsed < until)
            World.RunFor(until - World.Time.Elapsed); // Nothing was left to do before that time was over.
    }

    /// <summary>An outbox ends, with nothing more before its end.</summary>
    public EndReason ExpectEnd(Outbox outbox, EndKind kind = EndKind.Completed)
    {
        var collector = CollectorOf(outbox);
        Until(() => collector.Reason is not null || collector.Count > 0, () => $"the end of {outbox.Path}");
        if (collector.Count > 0)
            throw Unmet($"the end of {outbox.Path}, and not another message");
        if (collector.Reason!.Kind != kind)
            throw Unmet($"{outbox.Path} to end {kind}, not {collector.Reason}");
        return collector.Reason;
    }

    /// <summary>The component ends, so.</summary>
    public EndReason ExpectEnd(EndKind kind = EndKind.Completed)
    {
        Until(() => Component.State == ComponentState.Ended, () => $"{Component.Path} to end");
        if (Component.End!.Kind != kind)
            throw Unmet($"{Component.Path} to end {kind}");
        return Component.End;
    }

    /// <summary>The component ends with that fault.</summary>
    public TException ExpectFault<TException>() where TException : Exception
    {
        var reason = ExpectEnd(EndKind.Faulted);
        return reason.Exception as TException ?? throw Unmet($"{Component.Path} to fault with {typeof(TException)}");
    }

    /// <summary>Everything that was fed has been taken, and nothing is left to do for now.</summary>
    public void ExpectIdle()
    {
        Until(() => _feeders.Values.All(each => each.Waiting == 0)
            && Component.Boxes.All(box => box is not Inbox { Count: > 0 }), () => $"{Component.Path} to take all");
    }

    /// <summary>Stops the component if it runs, and looks whether it gave everything back: chunks, sockets, files.
    /// Chunks that the test itself made elsewhere are in <see cref="ChunkPool.Shared"/>, and not counted
    /// here.</summary>
    public void AssertNoLeaks()
    {
        if (Component.State != ComponentState.Ended)
            Stop(StopKind.Cancel);
        End(); // Also gives back what was sent and not looked at.
        long chunks = Graph.Schedulers.Where(each => !each.IsDisposed).Sum(each => each.Pool.Outstanding);
        if (chunks > 0)
            throw new ExpectationException($"{Component.Path} holds {chunks} chunks after its end"
                + $"{Environment.NewLine}{ChunkPool.DescribeOutstanding()}  {World.Repro}");
        if (Host.Network.OpenSockets > 0)
            throw Unmet($"no socket to be left open, not {Host.Network.OpenSockets}");
        if (Host.Files.OpenFiles > 0)
            throw Unmet($"no file to be left open, not {Host.Files.OpenFiles}");
    }

    /// <summary>Runs something until the component's own code allocates no memory in it, at most 400 times: the first
    /// runs warm up the component and the compiler. What the bench itself allocates does not count.</summary>
    /// <param name="flow">Feeds the component and takes what it sends; the same each time.</param>
    /// <remarks>Only in release builds of Kamaelia (as the packages are); in debug builds the compiler's own code
    /// allocates, so there it only looks whether the component does something.</remarks>
    public void AssertNoAllocations(Action flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        flow();
        long bytes = 0, activations = 0;
        World.Allocated = (home, id, allocated) =>
        {
            if (!IsInComponent(home.ComponentAt(id)))
                return;
            activations++;
            bytes += allocated;
        };
        try
        {
            for (int run = 0; run == 0 || (bytes > 0 && run < RunsMax && !ChunkPool.HasLedger); run++)
            {
                if (run > 0 && run % RunsOfATier == 0)
                    Thread.Sleep(s_tierTime);
                (bytes, activations) = (0, 0);
                flow();
            }
        }
        finally
        {
            World.Allocated = null;
        }
        if (activations == 0)
            throw Unmet("the component to do something in the flow that must not allocate");
        if (bytes > 0 && !ChunkPool.HasLedger)
            throw new ExpectationException($"{Component.Path} allocated {bytes} bytes in {activations} activations");
    }

    // The compiler replaces its first code, which allocates, in two steps (the second is for profiles): each after
    // thirty calls and then a tenth of a second without new code, in the background.
    private const int RunsOfATier = 40;
    private const int RunsMax = 10 * RunsOfATier;
    private static readonly TimeSpan s_tierTime = TimeSpan.FromMilliseconds(150);

    private bool IsInComponent(Component? component)
    {
        for (var each = component; each is not null; each = each.Parent)
        {
            if (each == Component)
                return true;
        }
        return false;
    }

    internal static string TextOf<T>(T message) => message switch
    {
        Chunk chunk => TextOf(chunk.Span.ToArray()),
        byte[] bytes => $"{bytes.Length} bytes [{Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 16)))}"
            + (bytes.Length > 16 ? "…]" : "]"),
        string text => $"\"{text}\"",
        null => "null",
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        _ => message.ToString() ?? "",
    };
}
