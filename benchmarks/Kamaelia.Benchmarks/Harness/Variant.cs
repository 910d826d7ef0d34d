namespace Kamaelia.Benchmarks.Harness;

/// <summary>Whose work a variant is.</summary>
internal enum Role
{
    /// <summary>Ours: an allocation more of it is a regression.</summary>
    Ours,

    /// <summary>What people use instead.</summary>
    Rival,

    /// <summary>What the machine allows: a loop that does nothing else.</summary>
    Limit,
}

/// <summary>One way to do a group's work: ours, or a rival's.</summary>
/// <param name="Name">As in the tables.</param>
/// <param name="Run">Does about so many operations, once, and says what it measured.</param>
internal sealed record Variant(string Name, Func<long, Task<Sample>> Run)
{
    public Role Role { get; init; }

    public static Variant Rival(string name, Func<long, Task<Sample>> run) => new(name, run) { Role = Role.Rival };

    public static Variant Limit(string name, Func<long, Task<Sample>> run) => new(name, run) { Role = Role.Limit };
}

/// <summary>A variant that cannot run here, and why, in a sentence for people.</summary>
internal sealed record Missing(string Variant, string Reason);

/// <summary>A point of a curve: a group whose size is one of several.</summary>
/// <param name="Name">The curve that it is a point of.</param>
/// <param name="Axis">What grows: "stages".</param>
/// <param name="X">How far.</param>
internal sealed record CurvePoint(string Name, string Axis, double X);

/// <summary>Variants that do the same work and are measured in turns.</summary>
/// <param name="Suite">The suite's name.</param>
/// <param name="Name">The work.</param>
/// <param name="Operation">What one operation is: "message-hop".</param>
/// <param name="Variants">In the order of the table.</param>
internal sealed record Group(string Suite, string Name, string Operation, IReadOnlyList<Variant> Variants)
{
    /// <summary>The variant that the others are compared with; null: none.</summary>
    public string? Baseline { get; init; }

    /// <summary>The variant that shows what is possible at all; null: none.</summary>
    public string? Limit { get; init; }

    /// <summary>Variants that would be here if something else were.</summary>
    public IReadOnlyList<Missing> Missing { get; init; } = [];

    /// <summary>Sizes and settings, for whoever reads the results with a program.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>The curve that this is a point of; null: none.</summary>
    public CurvePoint? Curve { get; init; }

    /// <summary>Operations of a run that cannot be cut or stretched; 0: as many as make a good measurement.</summary>
    public long FixedOperations { get; init; }

    /// <summary>Where a search for a good number begins: below, a run measures its own beginning.</summary>
    public long FirstOperations { get; init; } = 1_000;

    /// <summary>Bytes of payload an operation; gives GB/s. 0: not that kind of work.</summary>
    public int PayloadBytes { get; init; }

    /// <summary>One of many points: warmed up and measured more shortly.</summary>
    public bool IsBrief { get; init; }
}
