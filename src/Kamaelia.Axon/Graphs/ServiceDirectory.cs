using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Kamaelia.Axon;

/// <summary>Inboxes and values by name (Axon's co-ordinating assistant tracker). Any thread.</summary>
public sealed class ServiceDirectory
{
    private readonly ConcurrentDictionary<string, Inbox> _services = new();
    private readonly ConcurrentDictionary<string, object?> _values = new();

    /// <summary>Makes an inbox known. It is forgotten when its component ends.</summary>
    /// <exception cref="InvalidOperationException">The name is taken.</exception>
    public void Register(string name, Inbox inbox)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(inbox);
        while (!_services.TryAdd(name, inbox))
        {
            if (TryFind(name, out Inbox? taken)) // One whose component has ended is forgotten by the look.
                throw new InvalidOperationException($"the service '{name}' is {taken.Path} already");
        }
    }

    /// <summary>Forgets a service.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public void Deregister(string name)
    {
        if (!_services.TryRemove(name, out _))
            throw new KeyNotFoundException($"there is no service '{name}' to take away");
    }

    /// <summary>Finds a service.</summary>
    /// <exception cref="KeyNotFoundException">There is none, or its component has ended; the text names those there
    /// are.
    /// </exception>
    public Inbox Find(string name) => TryFind(name, out Inbox? inbox)
        ? inbox
        : throw new KeyNotFoundException($"there is no service '{name}'; there are: {string.Join(", ", Names)}");

    /// <summary>Finds a service of a living component.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out Inbox? inbox)
    {
        if (_services.TryGetValue(name, out inbox) && inbox.Owner.State != ComponentState.Ended)
            return true;
        if (inbox is not null)
            _services.TryRemove(KeyValuePair.Create(name, inbox));
        inbox = null;
        return false;
    }

    /// <summary>A component has left the graph, and its services with it.</summary>
    internal void ForgetThoseOf(Component component)
    {
        // Any order: each is only taken out.
        foreach (KeyValuePair<string, Inbox> service in _services)
        {
            if (ReferenceEquals(service.Value.Owner.Top, component))
                _services.TryRemove(service);
        }
    }

    /// <summary>The services of living components.</summary>
    public IReadOnlyList<string> Names =>
        [.. _services.Where(s => s.Value.Owner.State != ComponentState.Ended).Select(s => s.Key).Order()];

    /// <summary>Makes a value known.</summary>
    /// <exception cref="InvalidOperationException">The name is taken.</exception>
    public void TrackValue(string name, object? value)
    {
        if (!_values.TryAdd(name, value))
            throw new InvalidOperationException($"the value '{name}' is tracked already: update it");
    }

    /// <summary>Changes a value.</summary>
    /// <exception cref="KeyNotFoundException">It is not tracked.</exception>
    public void UpdateValue(string name, object? value)
    {
        if (!_values.ContainsKey(name))
            throw new KeyNotFoundException($"the value '{name}' is not tracked");
        _values[name] = value;
    }

    /// <summary>Reads a value.</summary>
    /// <exception cref="KeyNotFoundException">It is not tracked.</exception>
    public object? Value(string name) => _values.TryGetValue(name, out object? value)
        ? value
        : throw new KeyNotFoundException($"the value '{name}' is not tracked");

    /// <summary>The values' names.</summary>
    public IReadOnlyList<string> ValueNames => [.. _values.Keys.Order()];

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _services.Clear();
        _values.Clear();
    }
}
