namespace Kamaelia.Axon;

/// <summary>Where a graph is in its life.</summary>
public enum GraphState : byte
{
    /// <summary>Made; nothing has run.</summary>
    Created,

    /// <summary>Its components are being placed.</summary>
    Starting,

    /// <summary>Components run.</summary>
    Running,

    /// <summary>No component runs until <see cref="Graph.Resume"/>.</summary>
    Paused,

    /// <summary>A stop lets what is under way finish.</summary>
    Draining,

    /// <summary>A stop ends every wait.</summary>
    Cancelling,

    /// <summary>Over: ended by itself, stopped, faulted or abandoned. <see cref="Graph.Completion"/> says which.
    /// </summary>
    Ended,
}
