namespace Kamaelia.Fuzz.Engine;

/// <summary>Makes a new input out of old ones: bits, bytes, numbers at their borders, tokens, blocks moved, copied and
/// taken from another input. The same seed makes the same inputs.</summary>
internal sealed class Mutator(int seed, IReadOnlyList<byte[]> tokens, int bytesMax)
{
    private static readonly byte[][] s_numbers =
        ["0"u8.ToArray(), "-1"u8.ToArray(), "255"u8.ToArray(), "65536"u8.ToArray(), "2147483647"u8.ToArray(),
            "4294967296"u8.ToArray(), "9223372036854775807"u8.ToArray(), "-9223372036854775808"u8.ToArray(),
            "99999999999999999999"u8.ToArray(), "1e999"u8.ToArray(), "NaN"u8.ToArray()];

    private readonly Random _random = new(seed);

    public byte[] Make(IReadOnlyList<byte[]> corpus)
    {
        var made = new List<byte>(corpus[_random.Next(corpus.Count)]);
        int changes = 1 << _random.Next(5);
        for (int i = 0; i < changes; i++)
            Change(made, corpus);
        if (made.Count > bytesMax)
            made.RemoveRange(bytesMax, made.Count - bytesMax);
        return [.. made];
    }

    private void Change(List<byte> bytes, IReadOnlyList<byte[]> corpus)
    {
        switch (_random.Next(11))
        {
            case 0 when bytes.Count > 0:
                bytes[Index(bytes)] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when bytes.Count > 0:
                bytes[Index(bytes)] = (byte)_random.Next(256);
                break;
            case 2 when bytes.Count > 0:
                bytes[Index(bytes)] += (byte)(_random.Next(2) == 0 ? 1 : 255);
                break;
            case 3:
                bytes.Insert(_random.Next(bytes.Count + 1), (byte)_random.Next(256));
                break;
            case 4 when bytes.Count > 0:
                var (start, count) = Block(bytes.Count);
                bytes.RemoveRange(start, count);
                break;
            case 5 when bytes.Count > 0:
                Copy(bytes, bytes);
                break;
            case 6:
                Copy(corpus[_random.Next(corpus.Count)], bytes);
                break;
            case 7:
                Put(bytes, s_numbers[_random.Next(s_numbers.Length)]);
                break;
            default:
                if (tokens.Count > 0)
                    Put(bytes, tokens[_random.Next(tokens.Count)]);
                break;
        }
    }

    private int Index(List<byte> bytes) => _random.Next(bytes.Count);

    private (int Start, int Count) Block(int total)
    {
        int start = _random.Next(total);
        // Short blocks as a rule: long ones change everything at once.
        int longest = Math.Min(total - start, _random.Next(4) == 0 ? total : 16);
        return (start, 1 + _random.Next(longest));
    }

    private void Copy(IReadOnlyList<byte> from, List<byte> to)
    {
        if (from.Count == 0 || to.Count > 2 * bytesMax)
            return;
        var (start, count) = Block(from.Count);
        byte[] block = [.. from.Skip(start).Take(count)];
        int times = _random.Next(16) == 0 ? _random.Next(1, 40) : 1;
        int at = _random.Next(to.Count + 1);
        for (int i = 0; i < times; i++)
            to.InsertRange(at, block);
    }

    private void Put(List<byte> bytes, byte[] token)
    {
        int at = _random.Next(bytes.Count + 1);
        if (_random.Next(2) == 0)
            bytes.RemoveRange(at, Math.Min(token.Length, bytes.Count - at));
        bytes.InsertRange(at, token);
    }
}
