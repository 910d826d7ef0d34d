namespace Kamaelia.Benchmarks.Harness;

/// <summary>One way to do a group's work: ours, or a rival's.</summary>
/// <param name="Name">As in the tables.</param>
/// <param name="Run">Does about so many operations, once, and says what it measured.</param>
internal sealed record Variant(string Name, Func<long, Task<Sample>> Run);

/// <summary>Variants that do the same work and are measured in turns.</summary>
/// <param name="Suite">The suite's name.</param>
/// <param name="Name">The work.</param>
/// <param name="Operation">What one operation is: "message-hop".</param>
/// <param name="Variants">In the order of the table.</param>
internal sealed record Group(string Suite, string Name, string Operation, IReadOnlyList<Variant> Variants)
{
    /// <summary>The variant that the others are compared with; null: none.</summary>
    public string? Baseline { get; init; }

    /// <summary>Operations of a run that cannot be cut or stretched; 0: as many as make a good measurement.</summary>
    public long FixedOperations { get; init; }

    /// <summary>Where a search for a good number begins: below, a run measures its own beginning.</summary>
    public long FirstOperations { get; init; } = 1_000;

    /// <summary>Bytes of payload an operation; gives GB/s. 0: not that kind of work.</summary>
    public int PayloadBytes { get; init; }
}
