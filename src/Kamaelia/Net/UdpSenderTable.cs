using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Kamaelia.Axon;

namespace Kamaelia.Net;

/// <summary>Who has sent to a socket, by numbers small enough for a chunk's tag: 1 to <paramref name="most"/> in order
/// of first appearance.</summary>
/// <remarks>One thread. Allocates for a new sender only.</remarks>
internal sealed class UdpSenderTable(int most)
{
    private const int AddressBytes = 28; // Of IPv6; IPv4 needs 16.

    // A SocketAddress is no key: it compares its whole buffer, also where nothing was received.
    private readonly record struct Key(UInt128 First, ulong Second, uint Third);

    private readonly Dictionary<Key, uint> _numbers = [];

    /// <summary>Where a receive puts the address that <see cref="Note"/> then looks at.</summary>
    public SocketAddress From { get; } = new(AddressFamily.InterNetworkV6);

    /// <summary>Of the datagram last noted; 0: of one sender too many.</summary>
    public uint Number { get; private set; }

    /// <summary>How many have a number.</summary>
    public int Count => _numbers.Count;

    /// <summary>Whose datagram has just been received.</summary>
    /// <returns>A line about a new one, the caller's own; null: it is known, or one too many.</returns>
    public Chunk? Note()
    {
        var key = KeyOf(From);
        if (_numbers.TryGetValue(key, out uint known))
        {
            Number = known;
            return null;
        }
        Number = _numbers.Count < most ? (uint)_numbers.Count + 1 : 0;
        if (Number == 0)
            return null;
        _numbers.Add(key, Number);
        var any = new IPEndPoint(From.Family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        return Chunk.CopyOf(Encoding.ASCII.GetBytes($"{Number} {any.Create(From)}\n"));
    }

    private static Key KeyOf(SocketAddress address)
    {
        Span<byte> bytes = stackalloc byte[AddressBytes];
        bytes.Clear();
        address.Buffer.Span[..Math.Min(address.Size, AddressBytes)].CopyTo(bytes);
        return new Key(BinaryPrimitives.ReadUInt128LittleEndian(bytes),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]));
    }

    /// <summary>Puts an address there that came as an object.</summary>
    public void Take(IPEndPoint from)
    {
        var address = from.Serialize();
        From.Size = address.Size;
        address.Buffer.CopyTo(From.Buffer);
    }
}
