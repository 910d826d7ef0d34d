namespace Kamaelia.Stop.Tests;

/// <summary>Where the graph is when the stop is asked for.</summary>
public enum When { Created, Starting, Running, Paused, Draining, Stopped, Faulted }

/// <summary>Who asks for it.</summary>
public enum Who { CallersThread, PoolThread, InsideAComponent, InsideANativeCallback, TwoAtOnce, Signal }

/// <summary>What stands in its way.</summary>
public enum Hurdle { Idle, FullLinkage, PeerNotReading, BlockedInASystemCall, NativeComponentBusy }

/// <summary>One cell of the matrix.</summary>
public readonly record struct Cell(When When, Who Who, Hurdle Hurdle)
{
    /// <summary>All of them: 7 × 6 × 5 = 210, none left out.</summary>
    public static IEnumerable<Cell> All =>
        from when in Enum.GetValues<When>()
        from who in Enum.GetValues<Who>()
        from hurdle in Enum.GetValues<Hurdle>()
        select new Cell(when, who, hurdle);

    /// <summary>Code that holds its scheduler until it is let go: it must be abandoned.</summary>
    public bool Blocks => Hurdle is Hurdle.BlockedInASystemCall or Hurdle.NativeComponentBusy;

    /// <summary>The stop is asked for by code of a component, managed or native.</summary>
    public bool FromInside => Who is Who.InsideAComponent or Who.InsideANativeCallback;

    /// <summary>Whether components of the graph itself can run when the stop is asked for. Where none can (nothing has
    /// started, it is paused, all have ended), a component of another graph asks.</summary>
    public bool OwnCodeRuns => When switch
    {
        When.Created or When.Paused or When.Stopped => false,
        When.Faulted => !Blocks, // With a blocked one the fault ends the others, as by default.
        _ => true,
    };

    public bool NeedsPlugin => Who == Who.InsideANativeCallback || Hurdle == Hurdle.NativeComponentBusy;

    public override string ToString() => $"{Words(When)} × {Words(Who)} × {Words(Hurdle)}";

    private static string Words(Enum name) => string.Concat(name.ToString().Select((c, i) =>
        i > 0 && char.IsUpper(c) ? " " + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()));
}
