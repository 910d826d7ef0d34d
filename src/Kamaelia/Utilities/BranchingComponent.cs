using System.Globalization;
using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Utilities;

/// <summary>A component with an array of outboxes, <c>out#0</c>, <c>out#1</c>, …, which grows as they are asked
/// for.</summary>
/// <typeparam name="T">The messages.</typeparam>
public abstract class BranchingComponent<T> : Component, IBoxArrays
{
    private const string ArrayName = "out";
    private static readonly PortInfo[] s_arrays =
    [
        new(ArrayName, PortDirection.Out, typeof(T), "The branches: each gets its own share."),
    ];

    private readonly List<Outbox<T>> _branches = [];

    /// <summary>The outboxes so far, <c>out#0</c> first.</summary>
    public IReadOnlyList<Outbox<T>> Branches => _branches;

    /// <inheritdoc/>
    public IReadOnlyList<PortInfo> BoxArrays => s_arrays;

    /// <inheritdoc/>
    public Box GetBox(string arrayName, int index) => arrayName == ArrayName
        ? Branch(index)
        : throw new ArgumentException($"{Path} has no array of boxes '{arrayName}', only '{ArrayName}'.",
            nameof(arrayName));

    /// <summary>Outbox <c>out#index</c>. Makes it, and those before it, if they are not there yet.</summary>
    public Outbox<T> Branch(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, ushort.MaxValue);
        while (_branches.Count <= index)
            _branches.Add(AddOutbox<T>($"{ArrayName}#{_branches.Count}", $"Branch {_branches.Count}."));
        return _branches[index];
    }

    /// <summary>The first outbox that is not linked yet, made if there is none.</summary>
    public Outbox<T> NextBranch()
    {
        int index = _branches.FindIndex(branch => !branch.IsLinked);
        return Branch(index < 0 ? _branches.Count : index);
    }

    /// <summary>Knows <c>out#n</c>; <c>out</c> and <c>outbox</c> are the next free one.</summary>
    protected override Box? CreateBox(string name) => name switch
    {
        ArrayName or "outbox" => NextBranch(),
        ['o', 'u', 't', '#', .. var digits]
            when ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ushort index) =>
                Branch(index),
        _ => base.CreateBox(name),
    };
}
