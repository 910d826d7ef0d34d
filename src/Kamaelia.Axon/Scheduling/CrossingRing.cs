using System.Numerics;
using System.Runtime.InteropServices;

namespace Kamaelia.Axon;

/// <summary>The counters of a crossing, each on a cache line of its own.</summary>
[StructLayout(LayoutKind.Explicit, Size = 320)]
internal struct CrossingIndices
{
    [FieldOffset(64)] public long Head;         // Written by the reader.
    [FieldOffset(128)] public long Tail;        // Written by the writer.
    [FieldOffset(192)] public int ReaderParked;
    [FieldOffset(256)] public int WriterParked;
}

/// <summary>A single-producer single-consumer ring between two schedulers.</summary>
/// <remarks>Published once per activation. Each index has a cache line of its own; each flag too, so that a partner
/// that looks whether the other sleeps does not disturb the counting.</remarks>
internal sealed class CrossingRing<T>
{
    private readonly T[] _slots;
    private readonly int _capacity;
    private readonly int _mask;
    private CrossingIndices _at;
    private volatile EndReason? _end;
    private volatile bool _closed;

    public CrossingRing(int capacity)
    {
        _capacity = Math.Max(1, capacity);
        _slots = new T[BitOperations.RoundUpToPowerOf2((uint)_capacity)];
        _mask = _slots.Length - 1;
    }

    public int Capacity => _capacity;

    public Activation? Writer { get; set; }

    public Activation? Reader { get; set; }

    public Scheduler? WriterHome { get; set; }

    public Scheduler? ReaderHome { get; set; }

    /// <summary>How the stream ended, set after the last message; null while it is open.</summary>
    public EndReason? End
    {
        get => _end;
        set => _end = value;
    }

    /// <summary>The reader wants no more.</summary>
    public bool Closed
    {
        get => _closed;
        set => _closed = value;
    }

    // Acquire: partners the reader's release in PublishRead, so a slot is free before it is filled.
    public int Room => _capacity - (int)(_at.Tail - Volatile.Read(ref _at.Head));

    // Acquire: partners the writer's release in PublishWritten, so a slot is filled before it is read.
    public int Count => (int)(Volatile.Read(ref _at.Tail) - _at.Head);

    /// <summary>Free slots in one piece. The writer's side.</summary>
    public Span<T> RoomSpan(int most) => Piece(_at.Tail, Math.Min(most, Room));

    /// <summary>Messages in one piece. The reader's side.</summary>
    public Span<T> FrontSpan(int most) => Piece(_at.Head, Math.Min(most, Count));

    private Span<T> Piece(long at, int count)
    {
        int start = (int)at & _mask;
        return _slots.AsSpan(start, Math.Min(count, _slots.Length - start));
    }

    public void PublishWritten(int count) => Volatile.Write(ref _at.Tail, _at.Tail + count);

    public void PublishRead(int count) => Volatile.Write(ref _at.Head, _at.Head + count);

    /// <summary>The reader is about to park. Full fence: partners the one in WakeReader.</summary>
    public void ParkReader() => Interlocked.Exchange(ref _at.ReaderParked, 1);

    public void ParkWriter() => Interlocked.Exchange(ref _at.WriterParked, 1);

    public void UnparkReader() => Volatile.Write(ref _at.ReaderParked, 0);

    public void UnparkWriter() => Volatile.Write(ref _at.WriterParked, 0);

    /// <summary>Wakes the reader if it parked. The fence keeps this look behind the publication before it.</summary>
    public void WakeReader()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _at.ReaderParked) != 0 && Interlocked.Exchange(ref _at.ReaderParked, 0) != 0)
            ReaderHome?.PostLook(Reader!);
    }

    /// <summary>Makes the writer look, parked or not.</summary>
    public void TellWriter() => WriterHome?.PostLook(Writer!);

    public void WakeWriter()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _at.WriterParked) != 0 && Interlocked.Exchange(ref _at.WriterParked, 0) != 0)
            WriterHome?.PostLook(Writer!);
    }
}
