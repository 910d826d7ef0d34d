using System.Text;

namespace Kamaelia.Axon;

/// <summary>Components that wait for each other, or for what nobody will send, while something is full.</summary>
internal sealed class Stall
{
    private const int OthersMax = 20; // A report is read by people.

    private readonly List<(WaitPicture.Waiter Waiter, string Text)> _chain = [];
    private Component? _closesAt;

    private Stall()
    {
    }

    /// <summary>The same for the same stall, whenever and from wherever it is seen.</summary>
    public string Key => string.Join('|', _chain.Select(each => each.Waiter.Who.Path).Order(StringComparer.Ordinal));

    public IEnumerable<WaitPicture.Waiter> Members => _chain.Select(each => each.Waiter);

    /// <summary>All stalls of a settled picture: those in which something is full first.</summary>
    public static List<Stall> FindAll(WaitPicture picture)
    {
        var stalls = new List<Stall>();
        var covered = new HashSet<Component>(ReferenceEqualityComparer.Instance);
        foreach (bool wantFull in new[] { true, false })
        {
            foreach (WaitPicture.Waiter start in picture.Waiters)
            {
                if (start.MayGoOn || start.IsFull != wantFull || covered.Contains(start.Who))
                    continue;
                var stall = new Stall();
                bool isNew = stall.Follow(picture, start, covered);
                // Waiting for data that nobody owes is rest.
                if (isNew && (wantFull || stall._closesAt is not null))
                    stalls.Add(stall);
            }
        }
        return stalls;
    }

    /// <summary>Goes from debtor to debtor until one closes a cycle, or owes to nobody. False when it comes to where an
    /// earlier one has been.</summary>
    private bool Follow(WaitPicture picture, WaitPicture.Waiter start, HashSet<Component> covered)
    {
        var places = new Dictionary<Component, int>(ReferenceEqualityComparer.Instance);
        WaitPicture.Waiter at = start;
        while (true)
        {
            if (!covered.Add(at.Who))
                return false;
            places[at.Who] = _chain.Count;
            WaitPicture.Debt debt = at.Debts.Find(each => places.ContainsKey(each.Ower));
            if (debt.Ower is null)
                debt = at.Debts.Find(each => picture.IsBlocked(each.Ower));
            if (debt.Ower is null)
            {
                _chain.Add((at, at.Text));
                return true;
            }
            _chain.Add((at, debt.Text));
            if (places.TryGetValue(debt.Ower, out int from))
            {
                _closesAt = debt.Ower;
                _chain.RemoveRange(0, from); // What leads to the cycle is not of it.
                return true;
            }
            at = picture.Find(debt.Ower)!;
        }
    }

    /// <summary>Who waits for what, in the order of the cycle, then who waits for them.</summary>
    public string ToText(WaitPicture picture)
    {
        bool isAll = picture.Waiters.All(waiter => !waiter.MayGoOn);
        var text = new StringBuilder(isAll ? "nothing can progress: " : "a part of the graph cannot progress: ");
        text.AppendJoin("; ", _chain.Select(each => $"{each.Waiter.Who.Path} {each.Text}"));
        if (_closesAt is not null)
            text.Append("; which closes the cycle at ").Append(_closesAt.Path);
        var members = new HashSet<Component>(_chain.Select(each => each.Waiter.Who),
            ReferenceEqualityComparer.Instance);
        WaitPicture.Waiter[] others =
            [.. picture.Waiters.Where(waiter => !waiter.MayGoOn && !members.Contains(waiter.Who))];
        foreach (WaitPicture.Waiter other in others.Take(OthersMax))
            text.Append("; ").Append(other.Who.Path).Append(' ').Append(other.Text);
        if (others.Length > OthersMax)
            text.Append("; and ").Append(others.Length - OthersMax).Append(" more wait");
        return text.ToString();
    }
}
