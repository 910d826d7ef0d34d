namespace Kamaelia.Axon;

/// <summary>Resolves linkages, then steps aside: sending goes straight to the final inbox's ring.</summary>
/// <remarks>Runs on the thread of the boxes' scheduler, or before the graph starts on the thread that builds
/// it.</remarks>
internal static unsafe class Postman
{
    public static Linkage Link(Box from, Box to, Component? maker, LinkOptions? options = null)
    {
        Check(from, to);
        var linkage = new Linkage(from, to, maker);
        if (options is not null)
        {
            (to as Inbox)?.Apply(options); // Counts if the chain is cut here later.
            FinalOf(to)?.Apply(options);
        }
        from.Onward = linkage;
        to.AddFeeder(linkage);
        if (from is Inbox pending && FinalOf(to) is { } final)
            pending.MoveTo(final); // What waited before the linkage comes before what is sent after it.
        if (from.EndValue is { } ended)
        {
            linkage.FeederEnded = true;
            to.FeedersReason = EndReason.Worse(to.FeedersReason, ended);
            if (to.EndedByFeeders)
                EndBox(to, to.FeedersReason);
        }
        else
        {
            to.OpenFeeders++;
        }
        Resettle(from);
        return linkage;
    }

    private static void Check(Box from, Box to)
    {
        if (from.IsInbox && !to.IsInbox)
            throw new LinkException($"{from.Path} is an inbox and {to.Path} an outbox: an inbox only passes through to "
                + "a child's inbox");
        if (from.MessageType != to.MessageType)
            throw new LinkException($"{from.Path} carries {NameOf(from.MessageType)} but {to.Path} takes "
                + $"{NameOf(to.MessageType)}: put a component between that turns one into the other");
        if (from.Onward is { } taken)
            throw new LinkException($"{from.Path} is already linked to {taken.To.Path}: one box feeds one inbox, so "
                + $"unlink it first, or put a Splitter after it to feed {to.Path} too");
        if ((to.EndValue ?? to.Owner.End) is { } ended)
            throw new LinkException($"{to.Path} has ended ({ended}) and takes no more");
        for (Box? box = to; box is not null; box = box.Onward?.To)
        {
            if (ReferenceEquals(box, from))
                throw new LinkException($"{from.Path} -> {to.Path} would close a ring of pass-through boxes: "
                    + "no inbox would be the last");
        }
    }

    internal static string NameOf(Type type) => type.IsGenericType
        ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
        : type.Name;

    /// <summary>Undoes a linkage. Delivered messages stay where they are.</summary>
    /// <param name="linkage">Which.</param>
    /// <param name="reason">Ends the receiving box with it if nothing else feeds it; null leaves it open.</param>
    public static bool Unlink(Linkage linkage, EndReason? reason = null)
    {
        if (!linkage.IsLinked)
            return false;
        Box from = linkage.From, to = linkage.To;
        if (from is Outbox inner && to is Outbox outer)
        {
            outer.SentThrough += inner.Sent;
            outer.DroppedThrough += inner.Dropped;
        }
        from.Onward = null;
        if (from is Inbox { EndValue: not null })
            from.OnEnded(); // Its end went on to what it led to; now its own component may read and wait for it.
        to.RemoveFeeder(linkage);
        if (!linkage.FeederEnded)
            to.OpenFeeders--;
        Resettle(from);
        if (reason is not null && to.EndValue is null && to.OpenFeeders == 0 && !to.KeepOpen)
            EndBox(to, reason);
        return true;
    }

    /// <summary>Links two boxes that were found fit a moment ago: a receiver that has ended since is one that ends
    /// right after it was linked. Null when the outbox was linked elsewhere meanwhile.</summary>
    public static Linkage? LinkOrClose(Outbox from, Inbox to, LinkOptions? options)
    {
        if (from.Onward is not null)
            return null;
        if (to.EndValue is null && to.Owner.End is null)
            return Link(from, to, null, options);
        var linkage = new Linkage(from, to, null);
        if (from.EndValue is not null || to.Owner.End is not null)
        {
            linkage.FeederEnded = true; // The end had another way there, or it is not needed any more.
            from.Onward = linkage;
            to.AddFeeder(linkage);
            if (from.EndValue is null)
                Resettle(from); // Also what a chassis makes later, and links to this box, must see that.
            return linkage;
        }
        CloseLeaf(from);
        return linkage;
    }

    /// <summary>What is sent there has no receiver any more.</summary>
    public static void Close(Outbox from) => CloseLeaf(from);

    private static void CloseLeaf(Box box)
    {
        for (int i = 0; i < box.FeederCount; i++)
            CloseLeaf(box.FeederAt(i).From);
        if (box is not Outbox { EndValue: null } outbox || outbox.Outlet == SchedulerMemory.DeadOutlet)
            return;
        outbox.SetFinal(null);
        outbox.Outlet->Ring = SchedulerMemory.DeadRing;
        outbox.Owner.WakeForChange();
    }

    /// <summary>While it is held, an outbox with no linkage waits for one, also an optional one, which would drop.
    /// Tells the outboxes that must be let go again.</summary>
    public static void Hold(Box box, List<Outbox> held)
    {
        if (box is Outbox { IsOptional: true } outbox && outbox.Outlet != SchedulerMemory.DeadOutlet)
        {
            outbox.IsOptional = false;
            held.Add(outbox);
        }
        for (int i = 0; i < box.FeederCount; i++)
            Hold(box.FeederAt(i).From, held);
    }

    /// <summary>Keeps an inbox open although all that feeds it may end.</summary>
    public static void Reserve(Box box)
    {
        box.OpenFeeders++;
        box.Reserves++;
    }

    /// <summary>Undoes <see cref="Reserve"/>.</summary>
    public static void EndReserve(Box box)
    {
        box.OpenFeeders--;
        box.Reserves--;
        EndIfOthersHave(box);
        // Its last feeder may have ended, and been taken away, while this kept it open.
        if (box is { EndValue: null, HasFeeders: false, OpenFeeders: 0, KeepOpen: false, FeedersReason: { } reason })
            EndBox(box, reason);
        if (box is Inbox inbox)
            inbox.Owner.EndIfDraining(inbox);
    }

    /// <summary>A linkage to this box was taken away: if those that are left have all ended, so does the box. One that
    /// nothing feeds stays open for another.</summary>
    public static void EndIfOthersHave(Box box)
    {
        if (box.EndValue is null && box.EndedByFeeders && box.FeedersReason is { } reason)
            EndBox(box, reason);
    }

    /// <summary>The stream through a box is over: tells what it feeds, and so on to the final inbox.</summary>
    public static void EndBox(Box box, EndReason reason)
    {
        if (box.EndValue is not null)
            return;
        box.EndValue = reason;
        if (box is Outbox outbox)
            SettleEnded(outbox);
        Linkage? onward = box.Onward;
        if (onward is null)
        {
            box.OnEnded();
            return;
        }
        if (onward.IsLeaving)
        {
            Unlink(onward, onward.Beyond is null ? null : EndReason.Detached);
            EndIfOthersHave(onward.To);
            return;
        }
        if (onward.FeederEnded)
            return;
        onward.FeederEnded = true;
        Box to = onward.To;
        to.OpenFeeders--;
        to.FeedersReason = EndReason.Worse(to.FeedersReason, reason);
        if (to.EndedByFeeders)
            EndBox(to, to.FeedersReason);
    }

    /// <summary>The inbox whose ring holds what is sent towards this box; null when the chain leads nowhere.</summary>
    public static Inbox? FinalOf(Box box)
    {
        while (box.Onward is { } onward)
            box = onward.To;
        return box as Inbox;
    }

    /// <summary>Points every outbox that leads through this box at the inbox that is final now.</summary>
    public static void Resettle(Box box)
    {
        if (box is Outbox outbox)
            Settle(outbox, outbox.EndValue is null ? FinalOf(outbox) : null);
        for (int i = 0; i < box.FeederCount; i++)
            Resettle(box.FeederAt(i).From);
    }

    private static void SettleEnded(Outbox outbox)
    {
        bool hadNone = outbox.Outlet->Ring == null;
        Settle(outbox, null);
        if (hadNone)
            outbox.Owner.WakeForChange(); // Whoever waits for it to be linked waits for nothing now.
    }

    private static void Settle(Outbox outbox, Inbox? final)
    {
        OutletHeader* outlet = outbox.Outlet;
        if (outlet == SchedulerMemory.DeadOutlet)
            return;
        RingHeader* ring = final is null ? null : final.Ring;
        RingHeader* before = outlet->Ring;
        outbox.SetFinal(final);
        if (ring == before)
            return;
        bool waited = outlet->Next != null;
        RingOps.RoomForget(before, outlet);
        if (before != null && before->RoomLast != null && !before->IsFull)
            RingOps.RoomMade(before, 1); // It may have been woken for room that it will not use: the next one may.
        outlet->Ring = ring;
        if (ring != null && ring != SchedulerMemory.DeadRing && ring->Sched == SchedulerMemory.Detached)
            ring->Sched = outbox.Sched; // A reader not yet placed: those who wait for room there can still be woken.
        // It may wait for a linkage, for room that is now elsewhere, or for something that is in vain with no receiver.
        if (outlet->Writer >= 0 && (waited || before == null || ring == SchedulerMemory.DeadRing))
            outbox.Owner.WakeForChange();
    }
}
