using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kamaelia.Axon;

/// <summary>Where messages wait for a component.</summary>
/// <typeparam name="T">The messages. Chunks lie in unmanaged memory, which native components read too.</typeparam>
/// <remarks>
/// The pattern that costs least: <c>while (await Inbox.WaitAsync(stop)) while (Inbox.TryReceive(out var m)) …</c>, one
/// wait for a whole batch. The thread of its component's scheduler only.
/// </remarks>
public sealed unsafe class Inbox<T> : Inbox
{
    private const uint FirstSlots = 4; // A million inboxes that wait for one message each should not hold sixty-four.

    private T[]? _slots; // Every T but Chunk.

    internal Inbox(Component owner, PortInfo info) : base(owner, info)
    {
    }

    internal override void Accept(IBoxVisitor visitor) => visitor.Visit(this);

    private protected override uint SlotCount => Ring->Slots != null || _slots is not null ? Ring->Mask + 1 : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref T Slot(RingHeader* ring, uint index)
    {
        if (typeof(T) == typeof(Chunk))
            return ref Unsafe.AsRef<T>((Chunk*)ring->Slots + (index & ring->Mask));
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_slots!), (nint)(index & ring->Mask));
    }

    /// <summary>Takes the oldest message, if there is one. Never waits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReceive([MaybeNullWhen(false)] out T message)
    {
        RingHeader* ring = Ring;
        uint head = ring->Head;
        if (head == ring->Tail)
        {
            message = default;
            return false;
        }
        ref T slot = ref Slot(ring, head);
        message = slot;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            slot = default!;
        ring->Head = head + 1;
        if (typeof(T) == typeof(Chunk) && (ring->Flags & RingHeader.CountBytes) != 0)
            ring->QueuedBytes -= (uint)Unsafe.As<T, Chunk>(ref message).Length;
        if (ring->RoomLast != null)
            RingOps.RoomMade(ring, 1);
        return true;
    }

    /// <summary>Takes as many messages as there are, up to the span's length; returns how many.</summary>
    public int TryReceiveBatch(Span<T> messages)
    {
        RingHeader* ring = Ring;
        int count = (int)Math.Min(ring->Count, (uint)messages.Length);
        if (typeof(T) == typeof(Chunk) && (ring->Flags & RingHeader.CountBytes) != 0)
        {
            for (int i = 0; i < count; i++)
                TryReceive(out messages[i]!);
            return count;
        }
        ReadOnlySpan<T> run = FrontSpan(count);
        run.CopyTo(messages);
        Consumed(run.Length);
        if (run.Length < count)
        {
            int rest = count - run.Length;
            FrontSpan(rest).CopyTo(messages[run.Length..]);
            Consumed(rest);
        }
        return count;
    }

    /// <summary>Looks at the oldest message without taking it.</summary>
    public bool TryPeek([MaybeNullWhen(false)] out T message)
    {
        RingHeader* ring = Ring;
        if (ring->Head == ring->Tail)
        {
            message = default;
            return false;
        }
        message = Slot(ring, ring->Head);
        return true;
    }

    /// <summary>Waits until there is a message, or the end: false when the stream has ended and is empty.</summary>
    /// <param name="stop">The component's own token costs nothing; any other is registered for the wait.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WaitAwaitable WaitAsync(CancellationToken stop = default) => new(this, stop);

    /// <summary>Waits for a message and takes it.</summary>
    /// <exception cref="InboxEndedException">The stream has ended and is empty.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReceiveAwaitable<T> ReceiveAsync(CancellationToken stop = default) => new(this, stop);

    /// <summary>For <c>await foreach</c>: every message until the end.</summary>
    public InboxEnumerator<T> GetAsyncEnumerator(CancellationToken stop = default) => new(this, stop);

    /// <summary>For <c>await foreach</c> with a token, and for LINQ: every message until the end.</summary>
    public async IAsyncEnumerable<T> ReadAllAsync([EnumeratorCancellation] CancellationToken stop = default)
    {
        while (await WaitAsync(stop))
        {
            while (TryReceive(out T? message))
                yield return message;
        }
    }

    /// <summary>The oldest messages that lie in one piece, at most so many. Borrowed until the next call.</summary>
    internal Span<T> FrontSpan(int most)
    {
        RingHeader* ring = Ring;
        uint count = Math.Min(ring->Count, (uint)most);
        if (count == 0)
            return default;
        uint start = ring->Head & ring->Mask;
        count = Math.Min(count, ring->Mask + 1 - start);
        return MemoryMarshal.CreateSpan(ref Slot(ring, start), (int)count);
    }

    /// <summary>The oldest so many messages, in one piece, were used.</summary>
    internal void Consumed(int count)
    {
        RingHeader* ring = Ring;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            FrontSpan(count).Clear();
        if (typeof(T) == typeof(Chunk) && (ring->Flags & RingHeader.CountBytes) != 0)
        {
            foreach (ref readonly T used in FrontSpan(count))
                ring->QueuedBytes -= (uint)Unsafe.As<T, Chunk>(ref Unsafe.AsRef(in used)).Length;
        }
        ring->Head += (uint)count;
        if (ring->RoomLast != null)
            RingOps.RoomMade(ring, (uint)count);
    }

    internal override bool Grow(bool beyondCapacity)
    {
        RingHeader* ring = Ring;
        uint have = SlotCount;
        uint most = beyondCapacity || ring->Policy == LinkPolicy.Unbounded
            ? 1u << 30
            : System.Numerics.BitOperations.RoundUpToPowerOf2(ring->Capacity);
        // Few slots at first, then all: a chain whose rings never quite fill would else keep handing over small
        // batches.
        uint want = have == 0
            ? Math.Min(FirstSlots, most)
            : Math.Max(have * 2, Math.Min(most, LinkOptions.DefaultCapacity));
        if ((ring->Flags & RingHeader.Native) != 0)
            want = Math.Max(want, Math.Min(most, LinkOptions.DefaultCapacity));
        if (want > most)
            return false;
        if (typeof(T) == typeof(Chunk) ? !GrowUnmanaged(ring, want) : !GrowManaged(ring, want))
            return false;
        ring->Mask = want - 1;
        ring->Limit = beyondCapacity || ring->Policy == LinkPolicy.Unbounded
            ? want
            : Math.Min(ring->Capacity, want);
        return true;
    }

    private bool GrowUnmanaged(RingHeader* ring, uint want)
    {
        var slots = (Chunk*)NativeMemory.AlignedAlloc(want * (nuint)sizeof(Chunk), 64);
        uint count = ring->Count;
        for (uint i = 0; i < count; i++)
            slots[i] = ((Chunk*)ring->Slots)[(ring->Head + i) & ring->Mask];
        NativeMemory.AlignedFree(ring->Slots);
        ring->Slots = slots;
        Rebase(ring, count);
        return true;
    }

    private bool GrowManaged(RingHeader* ring, uint want)
    {
        var slots = new T[want];
        uint count = ring->Count;
        for (uint i = 0; i < count; i++)
            slots[i] = _slots![(ring->Head + i) & ring->Mask];
        _slots = slots;
        Rebase(ring, count);
        return true;
    }

    private void Rebase(RingHeader* ring, uint count)
    {
        ReceivedBefore += ring->Head;
        ring->Head = 0;
        ring->Tail = count;
    }

    /// <summary>Puts a message in whatever the capacity: what was sent before a linkage must not be lost by
    /// it.</summary>
    internal void ForcePush(T message)
    {
        if (IsBuried)
        {
            MessageTraits<T>.Release(message); // The ring that all ended inboxes share must stay empty.
            return;
        }
        if (Ring->Count >= SlotCount)
            Grow(beyondCapacity: true);
        Slot(Ring, Ring->Tail) = message;
        Ring->Tail++;
        if (typeof(T) == typeof(Chunk) && (Ring->Flags & RingHeader.CountBytes) != 0)
            Ring->QueuedBytes += (uint)Unsafe.As<T, Chunk>(ref message).Length;
        RingOps.WakeReader(Ring);
    }

    internal override Inbox MakeOuter(Component chassis, string name) =>
        chassis.OuterInbox<T>(name, Info.Sentence, Info.Format);

    internal override void MoveTo(Inbox other)
    {
        var target = (Inbox<T>)other;
        while (TryReceive(out T? message))
            target.ForcePush(message);
        target.RestoreLimit();
    }

    internal override void TakeAll(Action<object> take)
    {
        while (TryReceive(out T? message))
            take(message!);
    }

    /// <summary>Puts messages that were received in front again: whoever took them has not looked at them.</summary>
    internal void PutBack(IReadOnlyList<T> messages)
    {
        if (messages.Count == 0)
            return;
        var behind = new List<T>((int)Ring->Count);
        while (TryReceive(out T? message))
            behind.Add(message);
        foreach (T message in messages)
            ForcePush(message);
        foreach (T message in behind)
            ForcePush(message);
        RestoreLimit();
        ReceivedBefore -= messages.Count + behind.Count; // Neither was received for good.
    }

    /// <summary>After a push beyond the capacity.</summary>
    internal void RestoreLimit()
    {
        if (Ring->Policy != LinkPolicy.Unbounded)
            Ring->Limit = Math.Min(Ring->Capacity, SlotCount);
    }

    internal override (CrossingEnd Egress, CrossingEnd Ingress) MakeCrossing(int capacity) =>
        CrossingEgress<T>.MakePair(capacity);

    internal override int Discard()
    {
        int count = 0;
        while (TryReceive(out T? message))
        {
            MessageTraits<T>.Release(message);
            count++;
        }
        return count;
    }

    private protected override uint CountQueuedBytes()
    {
        uint sum = 0;
        for (uint i = Ring->Head; i != Ring->Tail; i++)
            sum += (uint)Unsafe.As<T, Chunk>(ref Slot(Ring, i)).Length;
        return sum;
    }

    private protected override void FreeSlots(RingHeader* ring)
    {
        if (typeof(T) == typeof(Chunk))
            NativeMemory.AlignedFree(ring->Slots);
        _slots = null;
    }
}
