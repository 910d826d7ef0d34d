namespace Kamaelia.Axon;

/// <summary>How a scheduler runs.</summary>
public sealed record SchedulerOptions
{
    /// <summary>For reports and the thread's name.</summary>
    public string Name { get; init; } = "scheduler";

    /// <summary>The clock of everything on it.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The clock's time that counts as 0: the same for all schedulers of a graph.</summary>
    internal long? Origin { get; init; }

    /// <summary>A turn: after about so many messages a component lets others run.</summary>
    public int BatchMax { get; init; } = 64; // 256 was no faster, and made control wait.
}
