using System.Text;

namespace Kamaelia.Fuzz.Engine;

/// <summary>Reads choices off the front of an input, so that mutation reaches the structure and not only the
/// bytes.</summary>
public ref struct FuzzInput(ReadOnlySpan<byte> bytes)
{
    /// <summary>What has not been read.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = bytes;

    /// <summary>The next byte, 0 when there is none.</summary>
    public byte Byte()
    {
        if (Rest.IsEmpty)
            return 0;
        byte value = Rest[0];
        Rest = Rest[1..];
        return value;
    }

    /// <summary>A number from 0 to one less than that.</summary>
    public int Below(int count) => Byte() % count;

    /// <summary>All that is left, as UTF-8; what is none becomes U+FFFD, and a lone surrogate can be asked for with
    /// U+E000.</summary>
    public readonly string Text() => Encoding.UTF8.GetString(Rest).Replace('\uE000', '\uD800');

    /// <summary>Cuts bytes into pieces whose lengths a seed decides; empty ones among them.</summary>
    public static List<byte[]> Cut(ReadOnlySpan<byte> bytes, int seed)
    {
        var pieces = new List<byte[]>();
        int pieceMax = seed % 7 == 0 ? bytes.Length + 1 : 1 + seed * 3 % 61;
        var random = new Random(seed);
        while (!bytes.IsEmpty)
        {
            int length = Math.Min(random.Next(pieceMax + 1), bytes.Length);
            pieces.Add(bytes[..length].ToArray());
            bytes = bytes[length..];
        }
        return pieces;
    }
}
