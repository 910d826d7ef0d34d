using System.Buffers.Binary;
using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Framing;

namespace Kamaelia.Fec;

/// <summary>Sends a parity packet behind each group of packets, so that a lost one can be got back.</summary>
/// <remarks>
/// Every chunk becomes a data packet with its time, flags and tag: a header of eight bytes, then its bytes. The parity
/// packet follows the group's last at once, with that one's time, flags and tag. At the end of the input a group that
/// was begun gets its parity too. See <see cref="XorFecRecoverer"/>; the wire is described in the native
/// xor_header.hpp.
/// </remarks>
public sealed class XorFecAdder : StepComponent<Chunk, Chunk>, INotated<XorFecAdder>
{
    private static readonly IReadOnlyList<PortInfo> s_ports = StepPorts.Of(
        "Packets to protect.", "",
        "Each packet behind a header, and a parity packet behind each group.", "fec-xor");

    private readonly Parity _parity = new();
    private ChunkStamp _last; // Of the group's last packet.
    private byte _count;      // Of the group's packets, how many are in the parity.
    private uint _sequence;
    private long _data;
    private long _parities;

    /// <summary>Packets for each parity packet, 2 to 255: one of them may be lost.</summary>
    public int Group
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, XorFecHeader.GroupMin);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, XorFecHeader.GroupMax);
            field = value;
        }
    } = 10;

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters =>
    [
        new("data", Volatile.Read(ref _data)), new("parity", Volatile.Read(ref _parities)),
    ];

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } =
        new("fec.xor", "Sends a parity packet behind each group of packets, so that a lost one can be got back.")
        {
            BoxFormats = new Dictionary<string, string> { ["outbox"] = "fec-xor" },
            Options =
            [
                OptionInfo.Optional("group", OptionKind.Int,
                    "Packets for each parity packet, 2 to 255: one of them may be lost.", "10",
                    XorFecHeader.GroupMin, XorFecHeader.GroupMax),
            ],
        };

    /// <inheritdoc/>
    public static XorFecAdder Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new() { Group = options.Int("group") };
    }

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    /// <inheritdoc/>
    protected override StepResult Step(ReadOnlySpan<Chunk> input, Span<Chunk> output)
    {
        int consumed = 0, produced = 0;
        while (consumed < input.Length && produced < output.Length)
        {
            // A group's last packet stays at the front until its parity has gone out too: a step without input would
            // not be asked for.
            if (_count == Group)
            {
                output[produced++] = ParityPacket();
                input[consumed++].Dispose();
                continue;
            }
            output[produced++] = DataPacket(input[consumed]);
            if (_count < Group)
                input[consumed++].Dispose();
        }
        return new StepResult(consumed, produced);
    }

    /// <inheritdoc/>
    protected override int Finish(Span<Chunk> output)
    {
        if (_count == 0)
            return 0;
        output[0] = ParityPacket();
        return 1;
    }

    private Chunk DataPacket(Chunk payload)
    {
        var made = Chunk.Rent(XorFecHeader.Bytes + payload.Length);
        new XorFecHeader(false, _count, (byte)Group, _sequence).Write(made.Writable);
        payload.Span.CopyTo(made.Writable[XorFecHeader.Bytes..]);
        _parity.Add(payload.Span);
        _last = ChunkStamp.Of(payload);
        _count++;
        Volatile.Write(ref _data, _data + 1);
        return _last.On(made);
    }

    private Chunk ParityPacket()
    {
        var made = Chunk.Rent(XorFecHeader.Bytes + XorFecHeader.LengthBytes + _parity.Bytes.Length);
        var bytes = made.Writable;
        new XorFecHeader(true, _count, (byte)Group, _sequence).Write(bytes);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[XorFecHeader.Bytes..], _parity.LengthXor);
        _parity.Bytes.CopyTo(bytes[(XorFecHeader.Bytes + XorFecHeader.LengthBytes)..]);
        _parity.Clear();
        _count = 0;
        _sequence++;
        Volatile.Write(ref _parities, _parities + 1);
        return _last.On(made);
    }
}
