using System.Buffers.Binary;
using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Benchmarks.Parts;

/// <summary>Makes chunks that a component of the catalogue can work on, by the format of its inbox.</summary>
internal static class TwinInput
{
    private const int PacketBytes = 188;
    private const byte SyncByte = 0x47;

    /// <summary>So many chunks of about so many bytes, or null when nothing makes that format.</summary>
    public static byte[][]? Of(string format, int chunkBytes, int count) => Of(format, chunkBytes, count, []);

    /// <param name="format">Of the chunks.</param>
    /// <param name="chunkBytes">Of each, before it is encoded.</param>
    /// <param name="count">How many.</param>
    /// <param name="asked">Formats that are to be made of this one: a codec and its reverse must not go in a circle.
    /// </param>
    private static byte[][]? Of(string format, int chunkBytes, int count, string[] asked)
    {
        var random = new Random(1);
        byte[][] chunks = [.. Enumerable.Range(0, count).Select(_ => new byte[chunkBytes])];
        switch (format)
        {
            case "" or "bytes" or "datagram":
                foreach (byte[] chunk in chunks)
                    random.NextBytes(chunk);
                return chunks;
            case "mpegts":
                FillPackets(chunks);
                return chunks;
            case "pcm-s16le" or "s16le" or "s24le" or "s32le" or "f32le":
                FillTone(chunks, isFloat: format[0] == 'f');
                return chunks;
            default:
                string[] now = [.. asked, format];
                return Encoder(format, now) is not var (encoder, itsFormat)
                    || Of(itsFormat, chunkBytes, count, now) is not { } plain
                    ? null
                    : ByHand.Run(encoder.Create(OptionValues.Examples(encoder.Info)), plain);
        }
    }

    /// <summary>The component whose outbox has that format, and the format of its own inbox.</summary>
    private static (ComponentTwin, string)? Encoder(string format, string[] but)
    {
        foreach (ComponentEntry entry in ComponentCatalogue.Default.Entries)
        {
            if (entry.Managed is { Info.IsSource: false } twin
                && twin.Info.Options.All(o => o.Kind != OptionKind.Address && o.Name != "path")
                && twin.Ports.Any(p => p.Name == "outbox" && p.Format == format)
                && twin.Ports.FirstOrDefault(p => p.Name == "inbox") is { } inbox && !but.Contains(inbox.Format))
                return (twin, inbox.Format);
        }
        return null;
    }

    // ISO/IEC 13818-1 2.4.3.2: sync, PID, payload only, continuity counter; eight PIDs in turn.
    private static void FillPackets(byte[][] chunks)
    {
        int packet = 0;
        foreach (byte[] chunk in chunks)
        {
            for (int at = 0; at + PacketBytes <= chunk.Length; at += PacketBytes, packet++)
            {
                chunk[at] = SyncByte;
                BinaryPrimitives.WriteUInt16BigEndian(chunk.AsSpan(at + 1), (ushort)(0x100 + packet % 8));
                chunk[at + 3] = (byte)(0x10 | (packet / 8 & 0x0F));
                chunk.AsSpan(at + 4, PacketBytes - 4).Fill((byte)packet);
            }
        }
    }

    // Quiet samples of a kind that is a number: random bits read as floats are often none.
    private static void FillTone(byte[][] chunks, bool isFloat)
    {
        foreach (byte[] chunk in chunks)
        {
            for (int at = 0, i = 0; at + 4 <= chunk.Length; at += 4, i++)
            {
                float value = MathF.Sin(i * 0.1f) * 0.3f;
                if (isFloat)
                    BinaryPrimitives.WriteSingleLittleEndian(chunk.AsSpan(at), value);
                else
                    BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(at), (int)(value * 1e9f));
            }
        }
    }
}
