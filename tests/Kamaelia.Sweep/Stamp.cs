using System.Buffers.Binary;
using Kamaelia.Axon;

namespace Kamaelia.Sweep;

/// <summary>What every message carries: who made it, its number there, and the station that sent it last with a number
/// of its own. From these alone a receiver sees what was lost, doubled or overtaken.</summary>
public readonly record struct Stamp(int Origin, int Number, int Station, int Sequence)
{
    public const int Bytes = 16;

    public override string ToString() => $"{Origin}.{Number} by {Station}.{Sequence}";
}

/// <summary>How a stamp travels: as a managed message, or as a chunk that someone must release.</summary>
public interface IPayload<T>
{
    static abstract T Make(Stamp stamp);

    static abstract Stamp Read(T message);

    /// <summary>The message with another stamp; the one given is used up.</summary>
    static abstract T Restamp(T message, Stamp stamp);

    static abstract void Release(T message);
}

/// <summary>A message that the garbage collector owns.</summary>
public sealed class StampPayload : IPayload<Stamp>
{
    public static Stamp Make(Stamp stamp) => stamp;

    public static Stamp Read(Stamp message) => message;

    public static Stamp Restamp(Stamp message, Stamp stamp) => stamp;

    public static void Release(Stamp message)
    {
    }
}

/// <summary>A message that lies in pooled memory and counts its references.</summary>
public sealed class ChunkPayload : IPayload<Chunk>
{
    public static Chunk Make(Stamp stamp)
    {
        Chunk chunk = Chunk.Rent(Stamp.Bytes);
        Span<byte> bytes = chunk.Writable;
        BinaryPrimitives.WriteInt32LittleEndian(bytes, stamp.Origin);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], stamp.Number);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], stamp.Station);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], stamp.Sequence);
        return chunk;
    }

    public static Stamp Read(Chunk message)
    {
        ReadOnlySpan<byte> bytes = message.Span;
        return new Stamp(BinaryPrimitives.ReadInt32LittleEndian(bytes),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]), BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]));
    }

    public static Chunk Restamp(Chunk message, Stamp stamp)
    {
        message.Dispose(); // It may be shared with another branch, so it is not written to.
        return Make(stamp);
    }

    public static void Release(Chunk message) => message.Dispose();
}
