using System.Buffers.Binary;
using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Framing;

/// <summary>Puts its length in front of each payload: four bytes, the most significant first.</summary>
/// <remarks>A payload over <see cref="LengthMax"/> is a fault: the other side would refuse it. See
/// <see cref="LengthDeframer"/>.</remarks>
public sealed class LengthFramer : StepComponent<Chunk, Chunk>, INotated<LengthFramer>
{
    private static readonly IReadOnlyList<PortInfo> s_ports = StepPorts.Of(
        "Payloads.", "",
        "Each payload behind its length in four bytes, most significant first.", "length-framed");

    /// <summary>Bytes in front of each payload.</summary>
    public const int HeaderBytes = 4;

    /// <summary>The longest payload unless told otherwise.</summary>
    public const long DefaultLengthMax = 16 << 20;

    /// <summary>Bytes of the longest payload: 1 to 4294967295.</summary>
    public long LengthMax
    {
        get;
        init => field = CheckedLength(value);
    } = DefaultLengthMax;

    // Before Info, which is initialised with it.
    internal static OptionInfo LengthOption { get; } = OptionInfo.Optional("length_max", OptionKind.Int,
        "Bytes of the longest payload, 1 to 4294967295; a longer one is a fault.", "16Mi", 1, uint.MaxValue);

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } = new("length.frame", "Puts its length in front of each payload.")
    {
        BoxFormats = new Dictionary<string, string> { ["outbox"] = "length-framed" },
        Options = [LengthOption],
    };

    /// <inheritdoc/>
    public static LengthFramer Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new() { LengthMax = options.Long("length_max") };
    }

    internal static long CheckedLength(long value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, uint.MaxValue);
        return value;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    /// <inheritdoc/>
    protected override StepResult Step(ReadOnlySpan<Chunk> input, Span<Chunk> output)
    {
        int count = Math.Min(input.Length, output.Length);
        for (int i = 0; i < count; i++)
        {
            var payload = input[i];
            if (payload.Length > LengthMax)
            {
                if (i > 0)
                    return new StepResult(i, i); // What came before it goes out first.
                throw new InvalidDataException($"a payload of {payload.Length} bytes is over length_max {LengthMax}");
            }
            var frame = Chunk.Rent(HeaderBytes + payload.Length);
            var bytes = frame.Writable;
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)payload.Length);
            payload.Span.CopyTo(bytes[HeaderBytes..]);
            output[i] = ChunkStamp.Of(payload).On(frame);
            payload.Dispose();
        }
        return new StepResult(count, count);
    }
}
