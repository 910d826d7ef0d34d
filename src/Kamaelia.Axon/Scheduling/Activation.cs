namespace Kamaelia.Axon;

/// <summary>What a scheduler resumes: a component that starts, its suspended body, or a native component's
/// end.</summary>
/// <remarks>An implementation detail that <see cref="Component"/> shows because it is one.</remarks>
public abstract class Activation
{
    private protected Activation()
    {
    }

    internal abstract void Resume();

    /// <summary>What it waits for, for reports; null when it is not waiting for a box.</summary>
    internal virtual WaitReport DescribeWait() => new(WaitKind.Code, null);

    /// <summary>The boxes that could end its wait: all of those it waits for any of.</summary>
    internal virtual IReadOnlyList<Box> WaitBoxes => DescribeWait().Box is { } box ? [box] : [];

    /// <summary>The component must stop: with Cancel its wait ends, whatever it is; with Drain a source looks up.
    /// </summary>
    internal virtual void OnStop(StopKind kind, bool isSource)
    {
    }

    /// <summary>Something it may wait for has changed (a linkage): it looks again.</summary>
    internal virtual void OnChange()
    {
    }

    /// <summary>Native code wants it to be woken then (kam_sched.timer_set).</summary>
    internal virtual void SetTimer(Timers timers, long atNs) => timers.AddWake(this, atNs);
}

internal enum WaitKind : byte
{
    /// <summary>Runs, or is about to.</summary>
    None,

    /// <summary>For a message or the end, on an inbox.</summary>
    Data,

    /// <summary>For room at the end of an outbox.</summary>
    Room,

    /// <summary>For any of several inboxes.</summary>
    Any,

    /// <summary>For a time.</summary>
    Timer,

    /// <summary>For the end of its children.</summary>
    Children,

    /// <summary>For something that is not a box: a task, a socket, a child.</summary>
    Code,
}

internal readonly record struct WaitReport(WaitKind Kind, Box? Box)
{
    public override string ToString() => Kind switch
    {
        WaitKind.Data => Box is null ? "waits for data" : $"waits for data on {Box.Path}",
        WaitKind.Room => RoomText(),
        WaitKind.Any when Box is null => "waits for data on one of its inboxes",
        WaitKind.Any => $"waits for data on {Box.Path} and others",
        WaitKind.Timer => "waits for a time",
        WaitKind.Children => "waits for its children",
        WaitKind.None => "is running",
        _ => "waits for something outside the graph",
    };

    private string RoomText()
    {
        if (Box is null)
            return "waits for room";
        return Postman.FinalOf(Box) is { } final
            ? $"waits for space in {final.Path}[{final.Count}/{final.Capacity}]"
            : $"waits for {Box.Path} to be linked";
    }
}
