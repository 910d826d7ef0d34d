using System.Collections.Concurrent;
using Kamaelia.Axon;
using Kamaelia.Interop;

namespace Kamaelia.Catalogue;

/// <summary>The components that the notation can name. Any thread may read and add.</summary>
public sealed class ComponentCatalogue
{
    private static readonly Lazy<ComponentCatalogue> s_default = new(() =>
    {
        var catalogue = new ComponentCatalogue();
        BuiltIn.AddTo(catalogue);
        NativeTwins.AddTo(catalogue);
        return catalogue;
    });

    private readonly ConcurrentDictionary<string, ComponentEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>The library's own components, managed and, where the native library loads, native.</summary>
    public static ComponentCatalogue Default => s_default.Value;

    /// <summary>All of them, by name.</summary>
    public IReadOnlyList<ComponentEntry> Entries => [.. _entries.Values.OrderBy(entry => entry.Name)];

    /// <summary>The entry of that name, or null.</summary>
    public ComponentEntry? Find(string name) => _entries.GetValueOrDefault(name);

    /// <summary>Adds a managed component.</summary>
    /// <exception cref="ArgumentException">The name has a managed component already.</exception>
    public void Add<T>() where T : Component, INotated<T> => Add(new ComponentTwin(T.Info, T.Create));

    /// <summary>Adds the same managed component for another type of message. The text's linkages choose among
    /// them.</summary>
    /// <exception cref="ArgumentException">The name has no managed component yet.</exception>
    public void AddVariant<T>() where T : Component, INotated<T> =>
        (Find(T.Info.Name)?.Managed ?? throw new ArgumentException($"There is no managed '{T.Info.Name}' yet."))
        .AddVariant(new ComponentTwin(T.Info, T.Create));

    /// <summary>Adds a managed component by its table and its factory, for one that is not a class of its
    /// own.</summary>
    /// <param name="info">Name, sentence, options.</param>
    /// <param name="create">Makes one; it opens nothing. Called with example values too, to learn the ports.</param>
    /// <exception cref="ArgumentException">The name has a managed component already.</exception>
    public void Add(ComponentInfo info, Func<OptionValues, Component> create)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(create);
        Add(new ComponentTwin(info, create));
    }

    /// <summary>Lets <c>tee</c>, <c>null</c>, <c>console</c> and <c>fault</c> take messages of this type too.</summary>
    public void AddMessageType<T>() => BuiltIn.AddMessageType<T>(this);

    /// <summary>Loads a shared library of native components and adds them.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="NativeUnavailableException">There is no native library, or the plugin was built for another
    /// ABI.
    /// </exception>
    /// <exception cref="NativeException">No such file, no plugin, or a name that is taken.</exception>
    public void AddPlugin(string path)
    {
        NativeComponents.LoadPlugin(path);
        NativeTwins.AddTo(this);
    }

    /// <summary>Adds a native component, as the twin of the managed one of that name if there is one.</summary>
    internal void AddNative(ComponentInfo info, IReadOnlyList<PortInfo> ports, IReadOnlyList<PortInfo> arrays,
        Func<OptionValues, Component> create) => Add(new ComponentTwin(info, ports, arrays, create));

    private void Add(ComponentTwin twin)
    {
        string name = twin.Info.Name;
        _entries.AddOrUpdate(name,
            _ => twin.IsNative ? new ComponentEntry(name, null, twin) : new ComponentEntry(name, twin, null),
            (_, entry) => (twin.IsNative ? entry.Native : entry.Managed) is not null
                ? throw new ArgumentException($"There is a component '{name}' already.")
                : twin.IsNative
                    ? new ComponentEntry(name, entry.Managed, twin)
                    : new ComponentEntry(name, twin, entry.Native));
    }
}
