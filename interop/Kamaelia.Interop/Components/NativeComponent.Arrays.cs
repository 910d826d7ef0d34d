using System.Globalization;
using Kamaelia.Axon;

namespace Kamaelia.Interop;

// Boxes of arrays: made as they are asked for, until it starts; native code is given all of them once.
public sealed unsafe partial class NativeComponent
{
    /// <summary>The box at an index of an array of the type (<see cref="NativeComponentType.ArrayPorts"/>), which is
    /// made, and those before it, if it is not there.</summary>
    /// <exception cref="ArgumentException">There is no such array, or the index is negative or over 65535.</exception>
    /// <exception cref="InvalidOperationException">It has started: no more boxes can be made.</exception>
    public Box ArrayBox(string arrayName, int index)
    {
        var port = Type.ArrayPorts.FirstOrDefault(array => array.Name == arrayName)
            ?? throw new ArgumentException($"{Path} has no array of boxes '{arrayName}'", nameof(arrayName));
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, ushort.MaxValue);
        while (CountOf(port) <= index)
            AddTo(port);
        return port.Direction == PortDirection.In
            ? _ins[SinglesOf(port.Direction) + index]
            : _outs[SinglesOf(port.Direction) + index];
    }

    /// <summary>Knows <c>in#3</c>; <c>in</c>, and <c>inbox</c> where there is no such box, are the next one that is not
    /// linked.</summary>
    protected override Box? CreateBox(string name)
    {
        foreach (var port in Type.ArrayPorts)
        {
            if (name == port.Name || name == (port.Direction == PortDirection.In ? "inbox" : "outbox"))
                return ArrayBox(port.Name, FreeIn(port));
            if (name.StartsWith(port.Name + "#", StringComparison.Ordinal) && ushort.TryParse(
                name.AsSpan(port.Name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
                return ArrayBox(port.Name, index);
        }
        return base.CreateBox(name);
    }

    private int SinglesOf(PortDirection direction) => Type.Ports.Count(port => port.Direction == direction);

    private int CountOf(PortInfo array) =>
        (array.Direction == PortDirection.In ? _ins.Length : _outs.Length) - SinglesOf(array.Direction);

    private int FreeIn(PortInfo array)
    {
        var boxes = array.Direction == PortDirection.In ? (Box[])_ins : _outs;
        var singles = SinglesOf(array.Direction);
        var free = Array.FindIndex(boxes, singles,
            box => box is Inbox { HasFeeders: false } or Outbox { IsLinked: false });
        return (free < 0 ? boxes.Length : free) - singles;
    }

    private void AddTo(PortInfo array)
    {
        if (_hasBegun)
            throw new InvalidOperationException($"{Path} has started: boxes of '{array.Name}' are made before");
        var info = array with { Name = $"{array.Name}#{CountOf(array)}" };
        if (array.Direction == PortDirection.In)
        {
            var inbox = CreateInbox<Chunk>(info);
            inbox.Ring->Flags |= RingHeader.Native;
            _ins = [.. _ins, inbox];
        }
        else
            _outs = [.. _outs, CreateOutbox<Chunk>(info)];
    }
}
