namespace Kamaelia.Axon;

// The report on components that wait for each other. See README.md beside this file.
public sealed partial class Graph
{
    /// <summary>If a part of the graph cannot go on while something in it is full, or all in it wait for each
    /// other's data: who waits for what, the cycle of waits first. Null while everything can, or only waits for
    /// input.</summary>
    /// <remarks>Looks at components as they are: call it with manual scheduling, or while the graph is paused. A graph
    /// with threads looks for itself while somebody subscribes, and reports each stall once
    /// (<see cref="GraphStalled"/>).</remarks>
    public string? DescribeStall()
    {
        var picture = new WaitPicture();
        foreach (Component component in LiveComponents())
            picture.Look(component);
        picture.Settle();
        return Stall.FindAll(picture) is [var first, ..] ? first.ToText(picture) : null;
    }

    /// <summary>The picture of one scheduler's components, on its thread.</summary>
    internal WaitPicture PictureOf(Scheduler scheduler)
    {
        var picture = new WaitPicture();
        foreach (Component component in LiveComponents(scheduler))
            picture.Look(component);
        return picture;
    }

    /// <summary>A change under way holds outboxes on purpose, a pause everything.</summary>
    internal bool StandsStillOnPurpose
    {
        get
        {
            lock (_lock)
                return _isPaused || _over || _changes.Count > 0;
        }
    }
}
