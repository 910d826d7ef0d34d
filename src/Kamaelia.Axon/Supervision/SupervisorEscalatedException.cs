namespace Kamaelia.Axon;

/// <summary>A supervisor gave up: more restarts within the period than it allows. The inner exception is the last
/// cause.</summary>
public sealed class SupervisorEscalatedException : Exception
{
    internal SupervisorEscalatedException(string path, string child, int restartsMax, TimeSpan within, Exception? cause)
        : base($"{path} gave up: {child} would need a restart beyond the {restartsMax} allowed within "
            + $"{within.TotalSeconds:0.###} s; the last cause: {cause?.Message ?? "it ended by itself"}", cause)
    {
        Path = path;
        Child = child;
        RestartsMax = restartsMax;
        Within = within;
    }

    /// <summary>The supervisor.</summary>
    public string Path { get; }

    /// <summary>The child whose end was one too many.</summary>
    public string Child { get; }

    /// <summary>How many restarts were allowed.</summary>
    public int RestartsMax { get; }

    /// <summary>Within what period.</summary>
    public TimeSpan Within { get; }
}
