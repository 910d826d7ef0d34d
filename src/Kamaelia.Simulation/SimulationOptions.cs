namespace Kamaelia.Simulation;

/// <summary>How a world runs.</summary>
public sealed record SimulationOptions
{
    /// <summary>How far the clock goes on with each activation. Zero: computing takes no time, so that a component that
    /// never waits would stop the clock.</summary>
    public TimeSpan ActivationTime { get; init; } = TimeSpan.FromMicroseconds(1);

    /// <summary>The first choices, in order; the seed makes those after them. How a shrunk schedule is run again.
    /// </summary>
    public IReadOnlyList<int> Schedule { get; init; } = [];

    /// <summary>After this many choices the first in the queue is always next; negative: never. What a schedule is
    /// shrunk with.</summary>
    public long ChoicesMax { get; init; } = -1;

    /// <summary>Keeps the choices made, to shrink a failure; costs memory.</summary>
    public bool KeepsTrace { get; init; }

    /// <summary>Steps after which a run is a hang: <see cref="SimulatedWorld.RunUntil"/> throws.</summary>
    public long StepsMax { get; init; } = 100_000_000;
}

/// <summary>A simulated host's own clock.</summary>
public sealed record HostOptions
{
    /// <summary>How much faster its clock runs than the true one, parts per million.</summary>
    public double ClockSkewPpm { get; init; }

    /// <summary>How far its calendar is ahead of the true one.</summary>
    public TimeSpan ClockOffset { get; init; }
}
