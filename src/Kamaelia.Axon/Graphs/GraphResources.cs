using System.Collections.Immutable;

namespace Kamaelia.Axon;

/// <summary>What a graph's components use of the world outside, by type: a network, a store of files.</summary>
/// <remarks>
/// Immutable: each <see cref="With{T}"/> is a new map. A component looks when it starts, and takes the system's where
/// nothing is given, so production code never mentions this; a simulation gives its own.
/// </remarks>
public sealed class GraphResources
{
    private readonly ImmutableDictionary<Type, object> _byType;

    private GraphResources(ImmutableDictionary<Type, object> byType) => _byType = byType;

    /// <summary>Nothing given: components take the system's.</summary>
    public static GraphResources System { get; } = new(ImmutableDictionary<Type, object>.Empty);

    /// <summary>The same and one more, in the place of another of that type.</summary>
    public GraphResources With<T>(T resource) where T : class
    {
        ArgumentNullException.ThrowIfNull(resource);
        return new GraphResources(_byType.SetItem(typeof(T), resource));
    }

    /// <summary>What was given for exactly that type; null: nothing.</summary>
    public T? Find<T>() where T : class => _byType.TryGetValue(typeof(T), out object? found) ? (T)found : null;
}
