namespace Kamaelia.Axon;

/// <summary>Copies every message to any number of outboxes, which come and go while it runs. Chunks are shared, not
/// copied.</summary>
/// <typeparam name="T">The messages.</typeparam>
/// <remarks>An outbox whose linkage waits holds the others up when its reader is slow: give such a linkage a dropping
/// policy (<see cref="LinkOptions"/>). A reader that ends is forgotten; the splitter ends when its input
/// does.</remarks>
public sealed class Splitter<T> : FanOut<T>
{
    /// <inheritdoc/>
    protected override Box? CreateBox(string name) => name == "outbox" ? AddOutput() : base.CreateBox(name);

    /// <summary>One more outbox: "outbox", "outbox-2", …</summary>
    public Outbox<T> AddOutput() => AddCopy("outbox", "A copy of what came in.");

    /// <summary>Takes an outbox away; its reader's stream ends (Unlinked).</summary>
    public void RemoveOutput(Outbox<T> outbox)
    {
        ArgumentNullException.ThrowIfNull(outbox);
        if (DropCopy(outbox))
            RemoveBox(outbox);
    }

    private protected override void Leave(Outbox<T> outbox) => RemoveOutput(outbox);
}
