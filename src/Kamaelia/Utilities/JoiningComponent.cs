using System.Globalization;
using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Utilities;

/// <summary>A component with an array of inboxes, <c>in#0</c>, <c>in#1</c>, …, which grows as they are asked for, until
/// it starts.</summary>
/// <typeparam name="T">The messages.</typeparam>
public abstract class JoiningComponent<T> : Component, IBoxArrays
{
    private const string ArrayName = "in";
    private readonly List<Inbox<T>> _inputs = [];

    /// <summary>The inboxes so far, <c>in#0</c> first.</summary>
    public IReadOnlyList<Inbox<T>> Inputs => _inputs;

    /// <inheritdoc/>
    public abstract IReadOnlyList<PortInfo> BoxArrays { get; }

    /// <summary>The array as a port, for <see cref="BoxArrays"/>.</summary>
    /// <param name="sentence">What comes in.</param>
    /// <param name="format">Of the messages; empty: any.</param>
    protected static IReadOnlyList<PortInfo> InputsAs(string sentence, string format) =>
        [new(ArrayName, PortDirection.In, typeof(T), sentence) { Format = format }];

    /// <inheritdoc/>
    public Box GetBox(string arrayName, int index) => arrayName == ArrayName
        ? Input(index)
        : throw new ArgumentException($"{Path} has no array of boxes '{arrayName}', only '{ArrayName}'.",
            nameof(arrayName));

    /// <summary>Inbox <c>in#index</c>. Makes it, and those before it, if they are not there yet.</summary>
    /// <exception cref="InvalidOperationException">It has started: no more can be made.</exception>
    public Inbox<T> Input(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, ushort.MaxValue);
        while (_inputs.Count <= index)
        {
            if (State != ComponentState.Created)
                throw new InvalidOperationException($"{Path} has started: boxes of '{ArrayName}' are made before");
            _inputs.Add(CreateInbox<T>(BoxArrays[0] with { Name = $"{ArrayName}#{_inputs.Count}" }));
        }
        return _inputs[index];
    }

    /// <summary>The first inbox that nothing feeds yet, made if there is none.</summary>
    public Inbox<T> NextInput()
    {
        int index = _inputs.FindIndex(input => !input.HasFeeders);
        return Input(index < 0 ? _inputs.Count : index);
    }

    /// <summary>Knows <c>in#n</c>; <c>in</c> and <c>inbox</c> are the next free one.</summary>
    protected override Box? CreateBox(string name) => name switch
    {
        ArrayName or "inbox" => NextInput(),
        ['i', 'n', '#', .. var digits]
            when ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ushort index) =>
                Input(index),
        _ => base.CreateBox(name),
    };
}
