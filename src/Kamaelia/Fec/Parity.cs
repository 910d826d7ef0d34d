using Kamaelia.Bytes;

namespace Kamaelia.Fec;

/// <summary>The parity of some packets, and one of them back from it and the rest: what SMPTE ST 2022-1 does for each
/// column and row, whatever header its packets then travel with.</summary>
/// <remarks>The packets are thought to be filled with zeros to the longest; the parity is their XOR, and their lengths
/// have a XOR of their own. Keeps its memory. Not for several threads.</remarks>
internal sealed class Parity
{
    private byte[] _bytes = new byte[2048];
    private int _length;

    /// <summary>XOR of the packets, as long as the longest. Valid until something is added.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>XOR of the packets' lengths.</summary>
    public uint LengthXor { get; private set; }

    /// <summary>Adds a packet; adding what was added before takes it away again.</summary>
    public void Add(ReadOnlySpan<byte> packet)
    {
        if (packet.Length > _length)
        {
            if (packet.Length > _bytes.Length)
                Array.Resize(ref _bytes, Math.Max(packet.Length, 2 * _bytes.Length));
            _bytes.AsSpan(_length, packet.Length - _length).Clear(); // What an earlier group left there.
            _length = packet.Length;
        }
        XorParity.Into(_bytes, packet);
        LengthXor ^= (uint)packet.Length;
    }

    /// <summary>Adds a parity that was made elsewhere.</summary>
    public void Add(ReadOnlySpan<byte> parity, uint lengthXor)
    {
        Add(parity);
        LengthXor ^= (uint)parity.Length ^ lengthXor;
    }

    public void Clear()
    {
        _length = 0;
        LengthXor = 0;
    }
}
