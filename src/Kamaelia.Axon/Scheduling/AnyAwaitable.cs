using System.Runtime.CompilerServices;

namespace Kamaelia.Axon;

/// <summary>Awaits any of several inboxes of one component: true when one has a message, false when all have ended and
/// are empty. See <c>Component.WaitAnyAsync</c>.</summary>
public readonly unsafe struct AnyAwaitable : ICriticalNotifyCompletion, IBoxAwaiter
{
    private readonly Inbox _first;
    private readonly Inbox? _second;
    private readonly Inbox? _third;
    private readonly Inbox[]? _all;
    private readonly CancellationToken _stop;
    private readonly bool _orEnd;

    internal AnyAwaitable(Inbox first, Inbox? second, Inbox? third, CancellationToken stop)
    {
        _first = first;
        _second = second;
        _third = third;
        _stop = stop;
    }

    /// <param name="all">At least one.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <param name="orEnd">Comes back also when one of them has ended, so leave out those that have.</param>
    internal AnyAwaitable(Inbox[] all, CancellationToken stop, bool orEnd = false)
    {
        if (all.Length == 0)
            throw new ArgumentException("nothing to wait for: name at least one inbox", nameof(all));
        _first = all[0];
        _all = all;
        _stop = stop;
        _orEnd = orEnd;
    }

    /// <summary>For the compiler.</summary>
    public AnyAwaitable GetAwaiter() => this;

    /// <summary>For the compiler.</summary>
    public bool IsCompleted => HasMessage && --_first.Ring->Sched->Budget >= 0;

    private bool HasMessage
    {
        get
        {
            if (_all is null)
                return _first.Ring->Count != 0 || _second is { Count: > 0 } || _third is { Count: > 0 };
            foreach (Inbox box in _all)
            {
                if (box.Ring->Count != 0 || (_orEnd && box.IsEnded))
                    return true;
            }
            return false;
        }
    }

    private bool AllEnded
    {
        get
        {
            if (_all is null)
                return _first.IsEnded && _second is null or { IsEnded: true } && _third is null or { IsEnded: true };
            foreach (Inbox box in _all)
            {
                if (!box.IsEnded)
                    return false;
            }
            return true;
        }
    }

    /// <summary>Some have a message, or all have ended.</summary>
    internal static bool IsOver(ReadOnlySpan<Inbox> boxes, bool orEnd)
    {
        bool allEnded = true;
        foreach (Inbox box in boxes)
        {
            if (box.Ring->Count != 0 || (orEnd && box.IsEnded))
                return true;
            allEnded &= (box.Ring->Flags & RingHeader.Ended) != 0;
        }
        return allEnded;
    }

    internal static bool IsOver(Box[] boxes)
    {
        bool allEnded = true;
        foreach (Box each in boxes)
        {
            var box = (Inbox)each;
            if (box.Ring->Count != 0)
                return true;
            allEnded &= (box.Ring->Flags & RingHeader.Ended) != 0;
        }
        return allEnded;
    }

    /// <summary>For the compiler.</summary>
    public bool GetResult()
    {
        if (HasMessage)
            return true;
        if (!AllEnded)
            Waiting.ThrowCancelled(_first.Owner, _stop);
        return false;
    }

    void IBoxAwaiter.Park(RunBox box)
    {
        if (!ReferenceEquals(_first.Owner, box.Owner))
            Waiting.ThrowNotMine(_first, box.Owner);
        if (HasMessage || AllEnded || box.IsCancelled || !Waiting.Register(box, _stop))
        {
            box.Requeue();
            return;
        }
        if (_all is not null)
            box.ParkForAny(_all, _orEnd);
        else if (_third is not null)
            box.ParkForAny([_first, _second!, _third]);
        else if (_second is not null)
            box.ParkForAny([_first, _second]);
        else
            box.ParkForAny([_first]);
    }

    /// <summary>For the compiler: an ordinary async method awaits.</summary>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>For the compiler: an ordinary async method awaits.</summary>
    public void UnsafeOnCompleted(Action continuation)
    {
        Box[] boxes = _all is not null
            ? [.. _all]
            : [_first, .. _second is null ? [] : new Box[] { _second }, .. _third is null ? [] : new Box[] { _third }];
        Waiting.AddHelper(_first.Owner, WaitKind.Any, boxes, 0, continuation, _stop);
    }
}
