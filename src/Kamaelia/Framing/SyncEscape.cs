using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Kamaelia.Framing;

/// <summary>Keeps a sync message out of data: each of its bytes becomes <c>%</c> and lower-case hexadecimal
/// digits.</summary>
/// <remarks>
/// <c>%</c> itself becomes <c>%25</c>; a byte under 16 becomes one digit, as the original wrote it. So that the data
/// can be told again, a sync message holds none of the bytes that codes are made of, and no byte under 16 whose code
/// begins another one (which rules out 0x02, because of <c>%25</c>). Immutable: any thread.
/// </remarks>
internal sealed class SyncEscape
{
    public const int SyncBytesMax = 255;
    public const byte Mark = (byte)'%';
    private const int DenseBytes = 32; // Long enough to be worth not looking, short enough to be wrong for.

    private readonly SearchValues<byte> _special;
    private readonly byte[] _distinct;
    private readonly uint[] _codes = new uint[256]; // What each byte is written as, first byte lowest.
    private readonly byte[] _codeBytes = new byte[256];

    public SyncEscape(ReadOnlySpan<byte> sync)
    {
        if (Problem(sync) is { } problem)
            throw new ArgumentException(problem, nameof(sync));
        Sync = sync.ToArray();
        _distinct = [.. Sync.Append(Mark).Distinct()];
        _special = SearchValues.Create(_distinct);
        Span<byte> code = stackalloc byte[4];
        for (int value = 0; value < 256; value++)
        {
            code.Clear();
            code[0] = (byte)value;
            int bytes = 1;
            if (_distinct.Contains((byte)value))
                bytes = Encoding.ASCII.GetBytes($"%{value:x}", code);
            _codes[value] = BinaryPrimitives.ReadUInt32LittleEndian(code);
            _codeBytes[value] = (byte)bytes;
        }
    }

    /// <summary>What stands before each chunk.</summary>
    public byte[] Sync { get; }

    /// <summary>Why these bytes cannot be a sync message, as a sentence; null if they can.</summary>
    public static string? Problem(ReadOnlySpan<byte> sync)
    {
        if (sync.IsEmpty || sync.Length > SyncBytesMax)
            return $"sync has {sync.Length} bytes; it must have 1 to {SyncBytesMax}";
        foreach (byte value in sync)
        {
            if (value == Mark || HexValue(value) >= 0)
                return $"sync holds '{(char)value}'; escaped data holds '%', 0 to 9 and a to f, so a sync cannot";
        }
        for (int low = 1; low < 16; low++)
        {
            if (!sync.Contains((byte)low))
                continue;
            for (int other = low << 4; other < (low + 1) << 4; other++)
            {
                if (other == Mark || sync.Contains((byte)other))
                    return $"sync holds byte {low}, whose escape %{low:x} begins the escape %{other:x}";
            }
        }
        return null;
    }

    /// <summary>Bytes that these need when they are escaped.</summary>
    public int EscapedBytes(ReadOnlySpan<byte> data)
    {
        int bytes = data.Length;
        foreach (byte value in _distinct) // Few as a rule: counting each is quicker than looking at every byte.
            bytes += data.Count(value) * (_codeBytes[value] - 1);
        return bytes;
    }

    /// <summary>Writes exactly <see cref="EscapedBytes"/>.</summary>
    public void Escape(ReadOnlySpan<byte> data, Span<byte> into)
    {
        while (true)
        {
            int plain = data.IndexOfAny(_special);
            if (plain < 0)
                break;
            data[..plain].CopyTo(into);
            into = into[plain..];
            // Where one byte needs a code its neighbours do too, more often than by chance: if it stands near the
            // last one, a run is written byte by byte. Elsewhere looking for the next is quicker.
            int end = plain < DenseBytes / 2 ? Math.Min(plain + DenseBytes, data.Length) : plain + 1;
            into = into[WriteCodes(data[plain..end], into)..];
            data = data[end..];
        }
        data.CopyTo(into);
    }

    /// <summary>Writes the codes of these bytes; returns their length.</summary>
    private int WriteCodes(ReadOnlySpan<byte> data, Span<byte> into)
    {
        int at = 0;
        foreach (byte value in data)
        {
            uint code = _codes[value];
            int bytes = _codeBytes[value];
            // More is written than counts, and what follows overwrites it.
            if (BitConverter.IsLittleEndian && into.Length - at >= sizeof(uint))
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref MemoryMarshal.GetReference(into), at), code);
            else
                for (int i = 0; i < bytes; i++)
                    into[at + i] = (byte)(code >> (8 * i));
            at += bytes;
        }
        return at;
    }

    /// <summary>Writes the data that was escaped, never more bytes than it reads; returns how many.</summary>
    /// <remarks>What is no code (upper case, a leading zero, the code of another byte) stays as it is.</remarks>
    public int Unescape(ReadOnlySpan<byte> escaped, Span<byte> into)
    {
        int written = 0;
        while (true)
        {
            int plain = escaped.IndexOf(Mark);
            if (plain < 0)
                break;
            escaped[..plain].CopyTo(into[written..]);
            written += plain;
            escaped = escaped[plain..];
            do // Codes stand together more often than by chance.
                escaped = escaped[ReadCode(escaped, out into[written++])..];
            while (!escaped.IsEmpty && escaped[0] == Mark);
        }
        escaped.CopyTo(into[written..]);
        return written + escaped.Length;
    }

    /// <summary>The byte that the code at the start stands for; returns the bytes of the code.</summary>
    private int ReadCode(ReadOnlySpan<byte> escaped, out byte value)
    {
        value = Mark;
        int first = escaped.Length > 1 ? HexValue(escaped[1]) : -1;
        if (first < 0)
            return 1;
        if (_codeBytes[first] == 2)
        {
            value = (byte)first;
            return 2;
        }
        int second = escaped.Length > 2 ? HexValue(escaped[2]) : -1;
        if (second < 0 || _codeBytes[first << 4 | second] != 3)
            return 1;
        value = (byte)(first << 4 | second);
        return 3;
    }

    private static int HexValue(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        _ => -1,
    };
}
