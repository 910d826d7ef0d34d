using System.Numerics;

namespace Kamaelia.Simulation;

/// <summary>Random numbers that depend on a seed alone: the same on every machine, runtime and build.</summary>
/// <remarks>SplitMix64. Not for secrets. One thread at a time.</remarks>
public sealed class SimulatedRandom
{
    private ulong _state;

    /// <summary>A stream of its own for each purpose, so that a new use of one does not shift the others.</summary>
    public SimulatedRandom(ulong seed, string purpose = "")
    {
        ArgumentNullException.ThrowIfNull(purpose);
        _state = seed;
        foreach (char letter in purpose)
            _state = Mix(_state ^ letter);
    }

    /// <summary>Any of 2^64.</summary>
    public ulong NextULong()
    {
        _state += 0x9E3779B97F4A7C15;
        return Mix(_state);
    }

    /// <summary>From 0, below <paramref name="count"/>, which is at least 1.</summary>
    public int Next(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return (int)Math.BigMul(NextULong(), (ulong)count, out _);
    }

    /// <summary>From <paramref name="least"/> to <paramref name="most"/>, both possible.</summary>
    public int Next(int least, int most) => least + Next(most - least + 1);

    /// <summary>From 0, below 1.</summary>
    public double NextDouble() => (NextULong() >> 11) * (1.0 / (1ul << 53));

    /// <summary>True with that probability.</summary>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>One of them.</summary>
    public T Pick<T>(IReadOnlyList<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return items[Next(items.Count)];
    }

    /// <summary>Fills bytes.</summary>
    public void Fill(Span<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(bytes, NextULong());
            bytes = bytes[sizeof(ulong)..];
        }
        ulong rest = NextULong();
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)(rest >> (8 * i));
    }

    /// <summary>Spreads what differs in few bits over all of them.</summary>
    internal static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>A hash of what came before and this.</summary>
    internal static ulong Fold(ulong hash, ulong value) => Mix(BitOperations.RotateLeft(hash, 5) ^ value);
}
