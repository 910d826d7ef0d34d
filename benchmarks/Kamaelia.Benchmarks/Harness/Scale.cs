namespace Kamaelia.Benchmarks.Harness;

/// <summary>How much is measured.</summary>
internal sealed record Scale
{
    /// <summary>The figures that are published.</summary>
    public static Scale Full { get; } = new()
    {
        Name = "full", Repetitions = 7, WarmUp = TimeSpan.FromSeconds(2), Target = TimeSpan.FromMilliseconds(250),
        RunDeadline = TimeSpan.FromSeconds(60), VariantDeadline = TimeSpan.FromSeconds(150),
    };

    /// <summary>Under five minutes in all. Long enough for the runtime's final code, too short for steady figures of
    /// what uses both cores.</summary>
    public static Scale Quick { get; } = new()
    {
        Name = "quick", Repetitions = 3, WarmUp = TimeSpan.FromMilliseconds(700),
        Target = TimeSpan.FromMilliseconds(60),
        RunDeadline = TimeSpan.FromSeconds(20), VariantDeadline = TimeSpan.FromSeconds(30),
    };

    /// <summary>Only that everything runs.</summary>
    public static Scale Smoke { get; } = new()
    {
        Name = "smoke", Repetitions = 1,
        RunDeadline = TimeSpan.FromSeconds(60), VariantDeadline = TimeSpan.FromSeconds(90),
    };

    public required string Name { get; init; }

    public int Repetitions { get; init; } = 1;

    /// <summary>A variant. Shorter than two seconds inflates what is measured.</summary>
    public TimeSpan WarmUp { get; init; }

    /// <summary>One run.</summary>
    public TimeSpan Target { get; init; }

    /// <summary>A run that takes longer is ended, and its variant with it.</summary>
    public TimeSpan RunDeadline { get; init; }

    /// <summary>A variant that takes longer, warm-up and all rounds, is measured no further.</summary>
    public TimeSpan VariantDeadline { get; init; }

    public bool IsSmoke => Name == "smoke";

    public T Pick<T>(T full, T quick, T smoke) => Name switch { "full" => full, "quick" => quick, _ => smoke };

    /// <summary>For a group that is one of many of its kind: a third of it.</summary>
    public Scale Brief => this with
    {
        Repetitions = Math.Min(Repetitions, 5), WarmUp = WarmUp / 4, Target = Target / 3,
    };
}
