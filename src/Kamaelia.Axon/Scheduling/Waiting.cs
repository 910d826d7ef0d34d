using System.Diagnostics.CodeAnalysis;

namespace Kamaelia.Axon;

/// <summary>What the awaiters of boxes share: cancellation, and waits inside ordinary async methods.</summary>
internal static class Waiting
{
    /// <summary>Makes another's token wake this component; false when it is cancelled already.</summary>
    /// <remarks>The component's own token needs no registration: the runtime wakes it when it must stop.</remarks>
    public static bool Register(RunBox box, CancellationToken stop)
    {
        if (stop == box.OwnToken || !stop.CanBeCanceled)
            return true;
        return RegisterOther(box, stop);
    }

    /// <summary>As <see cref="Register"/>, for the token that the wait's making noted.</summary>
    public static bool RegisterNoted(RunBox box) =>
        box.Extras is null || !box.Extras.NotedStop.CanBeCanceled || RegisterOther(box, box.Extras.TakeNoted());

    /// <summary>The token that a helper's wait noted; none when there is none.</summary>
    public static CancellationToken TakeNoted(Component owner) =>
        owner.Body is RunBox { Extras: { } extras } ? extras.TakeNoted() : default;

    private static bool RegisterOther(RunBox box, CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
            return false;
        box.State |= RunBox.Slow.Check;
        box.Extra.WatchToken(stop);
        return true;
    }

    /// <summary>As <see cref="Register"/>, for a wait that the component's own token ends too (a source that drains).
    /// </summary>
    public static bool RegisterDelay(RunBox box, CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
            return false;
        if (stop.CanBeCanceled)
        {
            if (box.Owner.IsOwnToken(stop))
                box.Extra.WaitToken = stop;
            else
                box.Extra.WatchToken(stop);
        }
        return true;
    }

    [DoesNotReturn]
    public static void ThrowCancelled(Component owner, CancellationToken stop) =>
        throw new OperationCanceledException($"{owner.Path} was told to stop",
            stop.IsCancellationRequested ? stop : owner.StopToken);

    [DoesNotReturn]
    public static void ThrowNotMine(Box box, Component who) => throw new InvalidOperationException(
        $"{who.Path} waits on {box.Path}, which is not its own box: a component awaits only its own boxes");

    public static void AddHelper(
        Component owner, WaitKind kind, Box[] boxes, long atNs, Action continuation, CancellationToken stop)
    {
        if (owner.Body is not RunBox box)
            throw new InvalidOperationException(
                $"{owner.Path} does not run an async body: only there its boxes can be awaited");
        if (stop.CanBeCanceled && !owner.IsOwnToken(stop))
            box.Extra.WatchToken(stop);
        box.Extra.AddWaiter(kind, boxes, atNs, continuation, stop);
    }
}
