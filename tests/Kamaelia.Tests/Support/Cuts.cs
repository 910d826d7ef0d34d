namespace Kamaelia.Tests.Support;

/// <summary>Cuts bytes into messages, as a network or a file does.</summary>
internal static class Cuts
{
    /// <summary>Pieces of 0 to that many bytes.</summary>
    public static List<Message> Random(byte[] bytes, int seed, int bytesMax)
    {
        var random = new Random(seed);
        var pieces = new List<Message>();
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(random.Next(bytesMax + 1), bytes.Length - at);
            pieces.Add(bytes[at..(at + length)]);
            at += length;
        }
        return pieces;
    }

    /// <summary>Pieces of exactly that many bytes, but the last.</summary>
    public static List<Message> Even(byte[] bytes, int length) => [.. bytes.Chunk(length).Select(piece =>
        (Message)piece)];

    public static byte[] RandomBytes(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
