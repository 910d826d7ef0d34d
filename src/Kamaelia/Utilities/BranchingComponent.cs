using System.Globalization;
using Kamaelia.Axon;

namespace Kamaelia.Utilities;

/// <summary>A component with an array of outboxes, <c>out#0</c>, <c>out#1</c>, …, which grows as they are asked for.</summary>
/// <typeparam name="T">The messages.</typeparam>
public abstract class BranchingComponent<T> : Component
{
    private readonly List<Outbox<T>> _branches = [];

    /// <summary>The outboxes so far, <c>out#0</c> first.</summary>
    public IReadOnlyList<Outbox<T>> Branches => _branches;

    /// <summary>Outbox <c>out#index</c>. Makes it, and those before it, if they are not there yet.</summary>
    public Outbox<T> Branch(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, ushort.MaxValue);
        while (_branches.Count <= index)
            _branches.Add(AddOutbox<T>($"out#{_branches.Count}", $"Branch {_branches.Count}."));
        return _branches[index];
    }

    /// <summary>The first outbox that is not linked yet: what a plain <c>|</c> after this component takes.</summary>
    public Outbox<T> NextBranch()
    {
        int index = _branches.FindIndex(branch => !branch.IsLinked);
        return Branch(index < 0 ? _branches.Count : index);
    }

    /// <summary>Knows <c>out#n</c>; <c>out</c> and <c>outbox</c> are the next free one.</summary>
    protected override Box? CreateBox(string name) => name switch
    {
        "out" or "outbox" => NextBranch(),
        ['o', 'u', 't', '#', .. var digits]
            when ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ushort index) => Branch(index),
        _ => base.CreateBox(name),
    };
}
