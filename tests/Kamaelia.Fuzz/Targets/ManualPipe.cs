using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Fuzz.Engine;
using Kamaelia.Interop;

namespace Kamaelia.Fuzz.Targets;

/// <summary>Bytes and what travels with them, kept apart from any block.</summary>
internal readonly record struct Passed(string Hex, uint Tag, long? PtsNs)
{
    public static Passed Of(Chunk chunk) =>
        new(Convert.ToHexString(chunk.Span), chunk.Tag, chunk.HasPts ? chunk.PtsNs : null);
}

/// <summary>Runs a pipe to its end in this thread.</summary>
internal static class ManualPipe
{
    private const int RoundsMax = 100_000; // An input of a few KiB needs hundreds; what needs more never ends.

    /// <summary>Makes a component by name. A native one where the library is not there is the managed one.</summary>
    public static Component Make(string name, bool isNative, params (string Name, string Text)[] options)
    {
        if (isNative && NativeLibraryInfo.IsAvailable)
            return NativeComponents.Create(name, options);
        var twin = ComponentCatalogue.Default.Find(name)!.Managed!;
        return twin.Create(OptionValues.Of(twin.Info, options));
    }

    /// <summary>The chunks that came out, and whether the pipe faulted.</summary>
    public static (List<Passed> Out, bool IsFaulted) Run(PieceFeeder feeder, params Component[] pipe)
    {
        var keeper = new Keeper<Chunk, Passed>(Passed.Of);
        bool isFaulted = RunToEnd([feeder, .. pipe, keeper]);
        return (keeper.Kept, isFaulted);
    }

    /// <summary>Runs from source to sink; true when it faulted. Nothing may be left behind.</summary>
    public static bool RunToEnd(params Component[] pipe)
    {
        var graph = new Graph("fuzz", new GraphOptions { ManualScheduling = true });
        graph.Pipe(pipe);
        graph.Start();
        for (int round = 0; !graph.Completion.IsCompleted; round++)
        {
            if (round > RoundsMax)
                throw new BrokenPromiseException("the pipe does not come to its end");
            foreach (var scheduler in graph.Schedulers)
                scheduler.Step();
        }
        bool isFaulted = graph.Completion.Exception is not null;
        try
        {
            graph.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        catch (GraphFaultedException) when (isFaulted)
        {
            // Said already.
        }
        if (ChunkPool.TotalOutstanding() != 0)
            throw new BrokenPromiseException("chunks that nobody gave back");
        return isFaulted;
    }
}
