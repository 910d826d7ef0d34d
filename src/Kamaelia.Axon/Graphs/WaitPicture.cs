using System.Text;

namespace Kamaelia.Axon;

/// <summary>Who waits for whom: each living component with those who could end its wait.</summary>
/// <remarks>Gathered scheduler by scheduler, on its thread or while it stands still; looked at when all are
/// in.</remarks>
internal sealed class WaitPicture
{
    /// <summary>One who could end the wait, and what would have to come.</summary>
    internal readonly record struct Debt(Component Ower, string Text);

    internal sealed class Waiter(Component who)
    {
        public Component Who { get; } = who;

        /// <summary>May go on by itself: it runs, or it waits for time or for something that is no box.</summary>
        public bool MayGoOn { get; set; }

        /// <summary>It has something that it cannot get rid of.</summary>
        public bool IsFull { get; set; }

        public string Text { get; set; } = "";

        public List<Debt> Debts { get; } = [];

        public long Activations { get; init; }
    }

    private readonly List<Waiter> _waiters = [];
    private readonly Dictionary<Component, Waiter> _byWho = new(ReferenceEqualityComparer.Instance);

    public IReadOnlyList<Waiter> Waiters => _waiters;

    public bool IsBlocked(Component who) => _byWho.TryGetValue(who, out Waiter? waiter) && !waiter.MayGoOn;

    public Waiter? Find(Component who) => _byWho.GetValueOrDefault(who);

    /// <summary>Adds what another scheduler's thread gathered.</summary>
    public void Add(WaitPicture part)
    {
        foreach (Waiter waiter in part._waiters)
            Add(waiter);
    }

    private void Add(Waiter waiter)
    {
        _waiters.Add(waiter);
        _byWho[waiter.Who] = waiter;
    }

    /// <summary>Looks at one component, on its own scheduler.</summary>
    public void Look(Component component)
    {
        var waiter = new Waiter(component) { Activations = component.Home?.ActivationsOf(component.Id) ?? 0 };
        Add(waiter);
        if (component is CrossingEnd end)
        {
            LookAtCrossing(waiter, end);
            return;
        }
        Activation body = component.Body ?? component;
        WaitReport wait = body.DescribeWait();
        waiter.Text = wait.ToString();
        if (wait.Kind == WaitKind.Children)
            LookAtChildren(waiter);
        else if (wait.Kind is WaitKind.Data or WaitKind.Room or WaitKind.Any)
            LookAtBoxes(waiter, body.WaitBoxes);
        else
            waiter.MayGoOn = true;
    }

    private static void LookAtCrossing(Waiter waiter, CrossingEnd end)
    {
        (Box? box, CrossingEnd? other) = end.DescribeCrossing();
        if (box is not null)
        {
            LookAtBoxes(waiter, [box]);
            return;
        }
        waiter.MayGoOn = other is null;
        waiter.Text = "waits for the other end of its crossing";
        if (other is null)
            return;
        // The writing end has messages that the reading end does not take.
        waiter.IsFull = ReferenceEquals(other, end.Other) && end.Boxes.OfType<Inbox>().Any();
        string what = !ReferenceEquals(other, end.Other) ? "for an earlier crossing"
            : waiter.IsFull ? "for space in the crossing" : "for data from the crossing";
        waiter.Debts.Add(new Debt(other, $"waits {what}"));
    }

    private static void LookAtChildren(Waiter waiter)
    {
        foreach (Component child in waiter.Who.Children)
        {
            if (child.State == ComponentState.Running)
                waiter.Debts.Add(new Debt(child, $"waits for {child.Path} to end"));
        }
        waiter.MayGoOn = waiter.Debts.Count == 0; // One that is about to be started, or was the last.
    }

    private static void LookAtBoxes(Waiter waiter, IReadOnlyList<Box> boxes)
    {
        bool allOver = boxes.All(box => box is Inbox { IsReadable: true }); // The ends of some are not the end.
        waiter.MayGoOn = boxes.Count == 0 || allOver;
        foreach (Box box in boxes)
        {
            if (box is Outbox outbox)
                LookAtRoom(waiter, outbox);
            else
                LookAtData(waiter, (Inbox)box);
        }
    }

    private static void LookAtRoom(Waiter waiter, Outbox box)
    {
        waiter.IsFull = true;
        if (box.MayProceed)
            waiter.MayGoOn = true;
        else if (Postman.FinalOf(box) is { } final)
            waiter.Debts.Add(new Debt(final.Owner, new WaitReport(WaitKind.Room, box).ToString()));
        else
            waiter.Text = $"waits for {box.Path} to be linked";
    }

    private static void LookAtData(Waiter waiter, Inbox box)
    {
        if (box.Count > 0)
            waiter.MayGoOn = true;
        AddFeeders(waiter, box, box);
    }

    // Through pass-through boxes to those that send.
    private static void AddFeeders(Waiter waiter, Box box, Inbox inbox)
    {
        foreach (Linkage feeder in box.FeederList)
        {
            Box from = feeder.From;
            if (feeder.FeederEnded)
                continue;
            if (from.HasFeeders)
                AddFeeders(waiter, from, inbox);
            else if (!from.IsInbox)
                waiter.Debts.Add(new Debt(from.Owner, $"waits for data on {from.Path}"));
        }
    }

    /// <summary>Whoever waits for one that may go on may go on too. An end that nobody saw counts as one that may.
    /// </summary>
    public void Settle()
    {
        var waitingFor = new Dictionary<Component, List<Waiter>>(ReferenceEqualityComparer.Instance);
        var free = new Queue<Waiter>();
        foreach (Waiter waiter in _waiters)
        {
            foreach (Debt debt in waiter.Debts)
            {
                if (!_byWho.ContainsKey(debt.Ower))
                    waiter.MayGoOn |= debt.Ower.State != ComponentState.Ended;
                else if (waitingFor.TryGetValue(debt.Ower, out List<Waiter>? others))
                    others.Add(waiter);
                else
                    waitingFor[debt.Ower] = [waiter];
            }
            if (waiter.MayGoOn)
                free.Enqueue(waiter);
        }
        while (free.TryDequeue(out Waiter? one))
        {
            if (!waitingFor.TryGetValue(one.Who, out List<Waiter>? others))
                continue;
            foreach (Waiter other in others.Where(each => !each.MayGoOn))
            {
                other.MayGoOn = true;
                free.Enqueue(other);
            }
        }
    }
}
