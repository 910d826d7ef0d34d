using System.Collections.Immutable;
using Kamaelia.Axon;

namespace Kamaelia.Catalogue;

/// <summary>One implementation of a component: its table, its ports and how to make one.</summary>
public sealed class ComponentTwin
{
    private readonly Func<OptionValues, Component> _create;
    private readonly Lazy<(IReadOnlyList<PortInfo> Ports, IReadOnlySet<string> Arrays)> _boxes;
    private ImmutableArray<ComponentTwin> _variants = [];

    /// <summary>A managed one: its ports are asked of a sample when somebody wants to know them.</summary>
    internal ComponentTwin(ComponentInfo info, Func<OptionValues, Component> create)
    {
        Info = info;
        _create = create;
        _boxes = new(ReadBoxes);
    }

    /// <summary>A native one: its table has the ports.</summary>
    internal ComponentTwin(ComponentInfo info, IReadOnlyList<PortInfo> ports, IReadOnlyList<PortInfo> arrays,
        Func<OptionValues, Component> create)
    {
        Info = info;
        IsNative = true;
        _create = create;
        _boxes = new(([.. ports, .. arrays], arrays.Select(port => port.Name).ToHashSet()));
    }

    /// <summary>Name, sentence, options.</summary>
    public ComponentInfo Info { get; }

    /// <summary>It runs in the native library.</summary>
    public bool IsNative { get; }

    /// <summary>Why it cannot be used on this machine, as words that end without a point; null: it can.</summary>
    public string? Unavailable => Info.Unavailable?.Invoke();

    /// <summary>Its boxes as data: those of its own, its arrays of boxes, control and signal.</summary>
    public IReadOnlyList<PortInfo> Ports => _boxes.Value.Ports;

    /// <summary>The names of its arrays: boxes of which there are as many as are asked for.</summary>
    public IReadOnlySet<string> ArrayBoxes => _boxes.Value.Arrays;

    /// <summary>The same component for other types of message: a tee of reports beside the tee of chunks.</summary>
    public IReadOnlyList<ComponentTwin> Variants => _variants;

    /// <summary>Makes one that was not started.</summary>
    /// <exception cref="OptionException">A combination of values that the table cannot forbid.</exception>
    public Component Create(OptionValues options) => _create(options);

    internal void AddVariant(ComponentTwin variant) =>
        ImmutableInterlocked.Update(ref _variants, static (list, item) => list.Add(item), variant);

    /// <summary>Ports are told by a component, not by a type: so one is made with example values and let go.</summary>
    private (IReadOnlyList<PortInfo> Ports, IReadOnlySet<string> Arrays) ReadBoxes()
    {
        var sample = _create(OptionValues.Examples(Info));
        IReadOnlyList<PortInfo> arrays = sample is IBoxArrays boxes ? boxes.BoxArrays : [];
        IEnumerable<PortInfo> own = sample.PortInfos;
        (sample as IDisposable)?.Dispose();
        return ([.. own.OrderBy(port => port.Name is "control" or "signal").Select(WithFormat), .. arrays],
            arrays.Select(port => port.Name).ToHashSet());
    }

    private PortInfo WithFormat(PortInfo port) =>
        Info.BoxFormats.TryGetValue(port.Name, out string? format) ? port with { Format = format } : port;
}
