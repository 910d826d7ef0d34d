using System.Buffers.Binary;

namespace Kamaelia.Ts;

/// <summary>One MPEG transport packet of 188 bytes, read in place (ISO/IEC 13818-1 2.4.3).</summary>
/// <remarks>A view: it lives as long as the bytes it was made of. Reads no byte past the packet, whatever its fields
/// claim. </remarks>
public readonly ref struct TsPacket
{
    /// <summary>Bytes of a packet.</summary>
    public const int PacketBytes = 188;

    /// <summary>The first byte of every packet.</summary>
    public const byte SyncByte = 0x47;

    /// <summary>PIDs are 13 bits.</summary>
    public const int PidCount = 8192;

    /// <summary>Stuffing: packets of this PID carry nothing, and their continuity counter means nothing.</summary>
    public const int NullPid = 0x1FFF;

    private const int PayloadBit = 0x10;
    private const int AdaptationBit = 0x20;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly uint _header;

    /// <summary>A view of exactly 188 bytes.</summary>
    public TsPacket(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes[..PacketBytes];
        _header = BinaryPrimitives.ReadUInt32BigEndian(_bytes);
    }

    /// <summary>All 188 bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>A demodulator before us could not correct it: no field can be trusted.</summary>
    public bool HasTransportError => (_header & 0x800000) != 0;

    /// <summary>0 to 8191.</summary>
    public int Pid => (int)(_header >> 8) & 0x1FFF;

    /// <summary>0 to 15.</summary>
    public int ContinuityCounter => (int)_header & 0x0F;

    /// <summary>It carries payload, so it counts for continuity.</summary>
    public bool HasPayload => (_header & PayloadBit) != 0;

    /// <summary>It carries an adaptation field.</summary>
    public bool HasAdaptationField => (_header & AdaptationBit) != 0;

    /// <summary>discontinuity_indicator: a jump of the counter or of the clock here is meant.</summary>
    public bool HasDiscontinuity => HasAdaptationField && _bytes[4] != 0 && (_bytes[5] & 0x80) != 0;

    /// <summary>The bytes after the header and the adaptation field; empty if there are none or the field's length is
    /// wrong.</summary>
    public ReadOnlySpan<byte> Payload
    {
        get
        {
            int start = HasAdaptationField ? 5 + _bytes[4] : 4;
            return HasPayload && start < PacketBytes ? _bytes[start..] : default;
        }
    }

    /// <summary>The programme clock reference, in ticks of 27 MHz, below <see cref="PcrClock.WrapTicks"/>.</summary>
    public bool TryGetPcr(out long ticks)
    {
        // The flags byte and the six bytes of the PCR: a shorter field that sets the flag is broken.
        if (!HasAdaptationField || _bytes[4] < 7 || _bytes[4] > 183 || (_bytes[5] & 0x10) == 0)
        {
            ticks = 0;
            return false;
        }
        long field = (long)BinaryPrimitives.ReadUInt32BigEndian(_bytes[6..]) << 16
            | BinaryPrimitives.ReadUInt16BigEndian(_bytes[10..]);
        // 33 bits of base at 90 kHz, 6 reserved bits, 9 bits of extension at 27 MHz. An extension over 299 is taken as
        // it is.
        ticks = ((field >> 15) * 300 + (field & 0x1FF)) % PcrClock.WrapTicks;
        return true;
    }
}
