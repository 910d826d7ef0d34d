using System.Collections.ObjectModel;
using Kamaelia.Axon;
using Kamaelia.Interop.Native;
using static Kamaelia.Interop.Native.NativeMethods;

namespace Kamaelia.Interop;

/// <summary>A type of native component, as data: read once from the library's own table.</summary>
public sealed unsafe class NativeComponentType
{
    internal NativeComponentType(kam_component_type* type)
    {
        Pointer = type;
        Name = NativeStatus.TextOf(type->name);
        Sentence = NativeStatus.TextOf(type->sentence);
        IsSource = (type->flags & KAM_TYPE_SOURCE) != 0;
        var ports = new List<PortInfo>();
        var arrays = new List<PortInfo>();
        for (var i = 0; i < type->port_count; i++)
            ((type->ports[i].flags & KAM_PORT_ARRAY) != 0 ? arrays : ports).Add(ReadPort(type->ports[i]));
        var options = new NativeOption[type->option_count];
        for (var i = 0; i < options.Length; i++)
            options[i] = ReadOption(type->options[i]);
        Ports = ports.AsReadOnly();
        ArrayPorts = arrays.AsReadOnly();
        Options = options.AsReadOnly();
        // What a component of it shows: its own ports, then the two that every component has.
        AllPorts = Array.AsReadOnly([.. ports, PortInfo.Control, PortInfo.Signal]);
    }

    /// <summary>As in the notation: <c>udp.send</c>.</summary>
    public string Name { get; }

    /// <summary>What it does.</summary>
    public string Sentence { get; }

    /// <summary>Runs without input until it is done or told to stop.</summary>
    public bool IsSource { get; }

    /// <summary>Its boxes in the table's order; all of them carry chunks.</summary>
    public IReadOnlyList<PortInfo> Ports { get; }

    /// <summary>Its arrays of boxes, one a direction at most: of each there are as many boxes as are asked for, called
    /// <c>in#0</c>, <c>in#1</c> and so on.</summary>
    public IReadOnlyList<PortInfo> ArrayPorts { get; }

    /// <summary>Its options in the table's order.</summary>
    public IReadOnlyList<NativeOption> Options { get; }

    internal ReadOnlyCollection<PortInfo> AllPorts { get; }

    /// <summary>Lives as long as the library is loaded, which is for good.</summary>
    internal kam_component_type* Pointer { get; }

    private static PortInfo ReadPort(in kam_port port) => new(
        NativeStatus.TextOf(port.name),
        port.direction == KAM_PORT_IN ? PortDirection.In : PortDirection.Out,
        typeof(Chunk),
        NativeStatus.TextOf(port.sentence))
    {
        Format = NativeStatus.TextOf(port.format),
        IsOptional = (port.flags & KAM_PORT_OPTIONAL) != 0,
    };

    private static NativeOption ReadOption(in kam_option_info option) => new(
        NativeStatus.TextOf(option.name),
        (NativeOptionKind)option.kind,
        NativeStatus.TextOf(option.sentence),
        NativeStatus.TextOf(option.default_text),
        (option.flags & KAM_OPTION_REQUIRED) != 0,
        (option.flags & KAM_OPTION_POSITIONAL) != 0);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
