using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Kamaelia.Axon;

/// <summary>Where a component sends from.</summary>
/// <typeparam name="T">The messages. Sending a chunk gives it away.</typeparam>
/// <remarks>A message goes straight into the final inbox, whatever pass-through boxes lie between. The thread of its
/// component's scheduler only.</remarks>
public sealed unsafe class Outbox<T> : Outbox
{
    internal Outbox(Component owner, PortInfo info) : base(owner, info)
    {
    }

    /// <summary>The final inbox, which holds the slots; null while unlinked. The postman keeps it.</summary>
    internal Inbox<T>? Final;

    internal override (Component Egress, Component Ingress) MakeCrossing(int capacity)
    {
        (CrossingEnd egress, CrossingEnd ingress) = CrossingEgress<T>.MakePair(capacity);
        return (egress, ingress);
    }

    /// <summary>Puts messages into the inbox whatever its capacity; none when there is no receiver.</summary>
    internal int ForceBatch(ReadOnlySpan<T> messages)
    {
        if (Final is not { } final || IsReceiverEnded)
            return 0;
        foreach (T message in messages)
            final.ForcePush(message);
        final.RestoreLimit();
        Outlet->Sent += (uint)messages.Length;
        return messages.Length;
    }

    internal override Outbox MakeOuter(Component chassis, string name) =>
        chassis.OuterOutbox<T>(name, Info.Sentence, Info.Format, IsOptional);

    internal override void Accept(IBoxVisitor visitor) => visitor.Visit(this);

    internal override void SetFinal(Inbox? final) => Final = (Inbox<T>?)final;

    /// <summary>Sends if there is room: false (and the caller keeps the message) when the inbox is full, when there is
    /// none, or when its component has ended. Never waits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySend(T message)
    {
        OutletHeader* outlet = Outlet;
        RingHeader* ring = outlet->Ring;
        if (ring == null || ring->Count >= ring->Limit || (ring->Flags & SlowFlags) != 0)
            return TrySendSlow(message);
        Put(outlet, ring, message);
        return true;
    }

    private const uint SlowFlags = RingHeader.Closed | RingHeader.CountBytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put(OutletHeader* outlet, RingHeader* ring, T message)
    {
        if (typeof(T) == typeof(Chunk))
            ((Chunk*)ring->Slots)[ring->Tail & ring->Mask] = Unsafe.As<T, Chunk>(ref message);
        else
            Final!.Slot(ring, ring->Tail) = message;
        ring->Tail++;
        outlet->Sent++;
        if (ring->Wait != 0)
            RingOps.WakeWaitingReader(ring);
    }

    // Everything a send meets seldom: no linkage, no slots yet, full, byte counts, policies.
    private bool TrySendSlow(T message)
    {
        if (EndValue is { } ended)
            ThrowEnded(ended);
        OutletHeader* outlet = Outlet;
        RingHeader* ring = outlet->Ring;
        if (ring == null)
        {
            if ((outlet->Flags & OutletHeader.Discard) == 0)
                return false;
            MessageTraits<T>.Release(message);
            outlet->Dropped++;
            return true;
        }
        if ((ring->Flags & RingHeader.Closed) != 0)
            return false;
        if (ring->IsFull)
        {
            switch (ring->Policy)
            {
                case LinkPolicy.Wait:
                    return false;
                case LinkPolicy.DropNewest:
                    MessageTraits<T>.Release(message);
                    outlet->Dropped++;
                    return true;
                case LinkPolicy.DropOldest or LinkPolicy.KeepLatest:
                    while (ring->IsFull && Final!.TryReceive(out T? old))
                    {
                        MessageTraits<T>.Release(old);
                        outlet->Dropped++;
                    }
                    break;
            }
        }
        if (ring->Count >= ring->Limit && !Final!.Grow(beyondCapacity: false))
            return false;
        if (typeof(T) == typeof(Chunk) && (ring->Flags & RingHeader.CountBytes) != 0)
            ring->QueuedBytes += (uint)MessageTraits<T>.BytesOf(message);
        Put(outlet, ring, message);
        return true;
    }

    /// <summary>Sends as many as there is room for, in order; returns how many.</summary>
    public int TrySendBatch(ReadOnlySpan<T> messages)
    {
        int sent = 0;
        while (sent < messages.Length)
        {
            Span<T> room = RoomSpan(messages.Length - sent);
            if (room.IsEmpty)
            {
                if (!TrySend(messages[sent]))
                    break;
                sent++;
                continue;
            }
            messages.Slice(sent, room.Length).CopyTo(room);
            Produced(room.Length);
            sent += room.Length;
        }
        return sent;
    }

    /// <summary>Sends, and waits while the inbox is full. The message is the runtime's from the call on.</summary>
    /// <param name="message">What to send.</param>
    /// <param name="stop">The component's own token costs nothing; any other is registered if it must wait.</param>
    /// <exception cref="ReceiverEndedException">The receiving component has ended (the message is
    /// released).</exception>
    /// <exception cref="OperationCanceledException">Cancelled while it waited (the message is released).</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SendAwaitable<T> SendAsync(T message, CancellationToken stop = default)
    {
        if (!TrySend(message))
            return SendLater(message, stop);
        // A component that never has to wait must still let others run.
        return --Sched->Budget >= 0 ? default : new SendAwaitable<T>(this, stop);
    }

    private T? _pending;
    private bool _hasPending;

    /// <summary>Whether a message waits for room.</summary>
    internal bool HasPending => _hasPending;

    private SendAwaitable<T> SendLater(T message, CancellationToken stop)
    {
        if (_hasPending)
            ThrowPending();
        _pending = message;
        _hasPending = true;
        return new SendAwaitable<T>(this, stop);
    }

    /// <summary>The second half of a send that had to wait.</summary>
    internal void FinishSend(CancellationToken stop)
    {
        if (!_hasPending)
        {
            HearStop(stop);
            return;
        }
        T message = _pending!;
        _pending = default;
        _hasPending = false;
        if (TrySend(message))
        {
            HearStop(stop);
            return;
        }
        MessageTraits<T>.Release(message);
        if (IsReceiverEnded)
            throw new ReceiverEndedException(Path);
        PassRoomOn();
        Waiting.ThrowCancelled(Owner, stop);
    }

    // The message is sent. A sender that does nothing else must still hear that it must stop, or that it drains.
    private void HearStop(CancellationToken stop)
    {
        if (stop.IsCancellationRequested || Owner.Body is RunBox { IsCancelled: true })
            Waiting.ThrowCancelled(Owner, stop);
    }

    internal override void Bury()
    {
        if (_hasPending)
            MessageTraits<T>.Release(_pending!); // Its sender ended without hearing whether there was room.
        _pending = default;
        _hasPending = false;
        base.Bury();
    }

    [DoesNotReturn]
    private void ThrowPending() => throw new InvalidOperationException(
        $"{Path}: a send waits for room already; await it before the next");

    /// <summary>Waits until there may be room: false when the receiving component has ended. Another sender may be
    /// quicker, so try in a loop.</summary>
    public RoomAwaitable WaitForRoomAsync(CancellationToken stop = default) => new(this, stop);

    /// <summary>Free slots in one piece, at most so many (or all there are); empty when it must be sent the slow way.
    /// </summary>
    internal Span<T> RoomSpan(int most, bool all = false)
    {
        RingHeader* ring = Outlet->Ring;
        if (ring == null || (ring->Flags & SlowFlags) != 0)
            return default;
        bool mayGrow = ring->Limit < ring->Capacity || ring->Policy == LinkPolicy.Unbounded;
        if (mayGrow && ring->Limit - ring->Count < (uint)Math.Min(most, LinkOptions.DefaultCapacity))
            Final!.Grow(beyondCapacity: false);
        if (ring->Count >= ring->Limit)
            return default;
        uint count = all ? ring->Limit - ring->Count : Math.Min(ring->Limit - ring->Count, (uint)most);
        uint start = ring->Tail & ring->Mask;
        count = Math.Min(count, ring->Mask + 1 - start);
        return System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref Final!.Slot(ring, start), (int)count);
    }

    /// <summary>So many slots of <see cref="RoomSpan"/> were filled.</summary>
    internal void Produced(int count)
    {
        RingHeader* ring = Outlet->Ring;
        ring->Tail += (uint)count;
        Outlet->Sent += (uint)count;
        if (count > 0)
            RingOps.WakeReader(ring);
    }

    [DoesNotReturn]
    private void ThrowEnded(EndReason reason) => throw new InvalidOperationException(
        $"{Path} has ended ({reason}): nothing can be sent after the end");
}
