using System.Buffers.Text;

namespace Kamaelia.Framing;

/// <summary>The header of a frame, <c>tag SP length LF</c> in decimal, and why one is refused.</summary>
internal static class FrameHeader
{
    /// <summary>Two numbers of ten digits, a space and a line feed.</summary>
    public const int BytesMax = 22;

    /// <summary>Writes a header; returns its bytes.</summary>
    public static int Write(uint tag, int length, Span<byte> into)
    {
        Utf8Formatter.TryFormat(tag, into, out int tagBytes);
        into[tagBytes] = (byte)' ';
        Utf8Formatter.TryFormat(length, into[(tagBytes + 1)..], out int lengthBytes);
        int bytes = tagBytes + 1 + lengthBytes;
        into[bytes] = (byte)'\n';
        return bytes + 1;
    }

    /// <summary>Reads a header: two numbers with any white space round them, up to the first line feed.</summary>
    /// <param name="message">One frame, and possibly surplus bytes.</param>
    /// <param name="tag">The frame's tag.</param>
    /// <param name="start">Where the data starts.</param>
    /// <param name="length">Bytes of data, as the header says; they may not all be there, and may be more than there
    /// can be.</param>
    public static bool TryRead(ReadOnlySpan<byte> message, out uint tag, out int start, out ulong length)
    {
        length = 0;
        tag = 0;
        int end = message.IndexOf((byte)'\n');
        start = end + 1;
        if (end < 0)
            return false;
        var header = message[..end];
        if (!TryNumber(ref header, out ulong number) || number > uint.MaxValue || !TryNumber(ref header, out length))
            return false;
        tag = (uint)number;
        return SkipSpace(header).IsEmpty;
    }

    /// <summary>Digits, with any white space before and some or nothing behind; too many of them are the largest
    /// number. </summary>
    private static bool TryNumber(ref ReadOnlySpan<byte> header, out ulong value)
    {
        header = SkipSpace(header);
        int digits = header.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits < 0)
            digits = header.Length;
        value = 0;
        foreach (byte digit in header[..digits])
        {
            ulong unit = (ulong)(digit - '0');
            value = value > (ulong.MaxValue - unit) / 10 ? ulong.MaxValue : value * 10 + unit;
        }
        header = header[digits..];
        return digits > 0 && (header.IsEmpty || IsSpace(header[0])); // "3x" is no number.
    }

    private static ReadOnlySpan<byte> SkipSpace(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty && IsSpace(text[0]))
            text = text[1..];
        return text;
    }

    // What the original's split() cuts at, less the line feed, which ends the header.
    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or 0x0B or 0x0C;
}
