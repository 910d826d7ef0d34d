// The first graph: lines in, lines turned upper-case, lines out. See README.md.
using Kamaelia.Axon;

await using var graph = new Graph("hello");
graph.Pipe(
    Components.Source(["hello", "from", "a pipeline"]),
    new UpperCaser(),
    Components.Sink<string>(Console.WriteLine));
await graph.RunAsync();

/// <summary>Turns each line upper-case.</summary>
internal sealed partial class UpperCaser : Component
{
    [Port("Lines to turn upper-case.")]
    public partial Inbox<string> Inbox { get; }

    [Port("The same lines, in the order they came.")]
    public partial Outbox<string> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))             // false: every producer has finished
        {
            while (Inbox.TryReceive(out var line))      // a whole batch per wake-up
                await Outbox.SendAsync(line.ToUpperInvariant(), stop);
        }
    }
}
