namespace Kamaelia.Axon;

/// <summary>What becomes of the messages that wait in the inboxes of a replaced component.</summary>
public enum ReplacedMessages
{
    /// <summary>The old one works on them before it ends.</summary>
    Drain,

    /// <summary>The new one gets them, in their order, before any later ones. They may be more than its capacity: then
    /// its inbox is full until they are read.</summary>
    HandOver,
}

/// <summary>How to apply a <see cref="GraphDiff"/>.</summary>
public sealed record GraphDiffOptions
{
    /// <summary>How long a removed component may finish what it has before it is cancelled. Null: the
    /// graph's.</summary>
    public TimeSpan? DrainTimeout { get; init; }

    /// <summary>How long it may take to end then before it is abandoned by name. Null: the graph's.</summary>
    public TimeSpan? CancelTimeout { get; init; }

    /// <summary>What becomes of messages that wait in a replaced component.</summary>
    public ReplacedMessages OnReplace { get; init; }
}

/// <summary>What a change of a running graph did.</summary>
/// <param name="Added">Paths of the components that were added.</param>
/// <param name="Removed">Paths of those that were removed, abandoned ones included.</param>
/// <param name="Linked">The linkages that were made, those taken over by a replacement included.</param>
/// <param name="Unlinked">"/graph/a.outbox -> /graph/b.inbox" of those that were undone.</param>
/// <param name="Abandoned">What each removed component was doing that did not end in time, by its path.</param>
public sealed record GraphDiffResult(
    IReadOnlyList<string> Added, IReadOnlyList<string> Removed, IReadOnlyList<Linkage> Linked,
    IReadOnlyList<string> Unlinked, IReadOnlyList<string> Abandoned)
{
    /// <summary>The call came from inside a component that the diff removes, so it did not wait: the change goes on
    /// when that component lets go, and <see cref="GraphChanged"/> tells what it did.</summary>
    public bool IsUnderWay { get; init; }
}

/// <summary>A diff that cannot be applied: the text lists everything that is wrong with it. Nothing was changed.
/// </summary>
public sealed class GraphDiffException : InvalidOperationException
{
    internal GraphDiffException(string graph, IReadOnlyList<string> problems)
        : base($"{graph} cannot be changed so:{Environment.NewLine}"
            + string.Join(Environment.NewLine, problems.Select(p => $"  {p}"))) => Problems = problems;

    /// <summary>Everything wrong, one sentence each.</summary>
    public IReadOnlyList<string> Problems { get; }
}
