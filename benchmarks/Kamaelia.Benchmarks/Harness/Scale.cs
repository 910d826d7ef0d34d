namespace Kamaelia.Benchmarks.Harness;

/// <summary>How much is measured.</summary>
internal sealed record Scale
{
    /// <summary>The figures that are published.</summary>
    public static Scale Full { get; } = new()
    {
        Name = "full", Repetitions = 7, WarmUp = TimeSpan.FromSeconds(2), Target = TimeSpan.FromMilliseconds(250),
    };

    /// <summary>Under five minutes in all. Long enough for the runtime's final code, too short for steady figures of
    /// what uses both cores.</summary>
    public static Scale Quick { get; } = new()
    {
        Name = "quick", Repetitions = 3, WarmUp = TimeSpan.FromSeconds(1),
        Target = TimeSpan.FromMilliseconds(60),
    };

    /// <summary>Only that everything runs.</summary>
    public static Scale Smoke { get; } = new() { Name = "smoke", Repetitions = 1 };

    public required string Name { get; init; }

    public int Repetitions { get; init; } = 1;

    /// <summary>A variant. Shorter than two seconds inflates what is measured.</summary>
    public TimeSpan WarmUp { get; init; }

    /// <summary>One run.</summary>
    public TimeSpan Target { get; init; }

    public bool IsSmoke => Name == "smoke";

    public T Pick<T>(T full, T quick, T smoke) => Name switch { "full" => full, "quick" => quick, _ => smoke };
}
