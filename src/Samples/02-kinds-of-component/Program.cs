// The same job, "double each number", written as every kind of component there is. See README.md.
using Kamaelia.Axon;

Component[] kinds =
[
    new AsyncDoubler(),
    new StepDoubler(),
    Components.Map<int, int>(n => n * 2),
    Components.Body<int, int>(async (inbox, outbox, stop) =>
    {
        await foreach (int n in inbox)
            await outbox.SendAsync(n * 2, stop);
    }),
    Components.TaskBody<int, int>(DoubleAsTaskAsync),
    Components.Generator<int, int>(DoubleAsGenerator),
    Components.Transform<int, int>(DoubleAsSequence),
    new ThreadDoubler(),
];

await using var graph = new Graph("kinds");
Component source = graph.Add(Components.Source([1, 2, 3]));
Component before = source;
foreach (Component kind in kinds)
{
    graph.Add(kind);
    graph.Link(before, "outbox", kind, "inbox");
    before = kind;
}
graph.Link(before, "outbox", graph.Add(Components.Sink<int>(Console.WriteLine)), "inbox");
await graph.RunAsync(); // 1, 2, 3 doubled eight times

static async Task DoubleAsTaskAsync(Inbox<int> inbox, Outbox<int> outbox, CancellationToken stop)
{
    while (await inbox.WaitAsync(stop))
    {
        while (inbox.TryReceive(out int n))
            await outbox.SendAsync(n * 2, stop);
    }
}

static IEnumerable<Wait> DoubleAsGenerator(Inbox<int> inbox, Outbox<int> outbox)
{
    while (!inbox.IsEnded)
    {
        while (inbox.TryReceive(out int n))
        {
            while (!outbox.TrySend(n * 2))
                yield return Wait.ForRoom;
        }
        yield return Wait.ForMessage;
    }
}

static async IAsyncEnumerable<int> DoubleAsSequence(
    IAsyncEnumerable<int> numbers, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
{
    await foreach (int n in numbers.WithCancellation(stop))
        yield return n * 2;
}

/// <summary>The usual form: an async body that waits once and takes all that is there.</summary>
internal sealed partial class AsyncDoubler : Component
{
    [Port("Numbers.")]
    public partial Inbox<int> Inbox { get; }

    [Port("The numbers doubled.")]
    public partial Outbox<int> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out int n))
                await Outbox.SendAsync(n * 2, stop);
        }
    }
}

/// <summary>The cheapest form: maps a batch. It is the shape of a native component, too.</summary>
internal sealed class StepDoubler : StepComponent<int, int>
{
    protected override StepResult Step(ReadOnlySpan<int> input, Span<int> output)
    {
        int count = Math.Min(input.Length, output.Length);
        for (int i = 0; i < count; i++)
            output[i] = input[i] * 2;
        return new StepResult(count, count);
    }
}

/// <summary>For blocking code: a thread of its own.</summary>
internal sealed class ThreadDoubler : ThreadedComponent<int, int>
{
    protected override void RunThread(BlockingInbox<int> inbox, BlockingOutbox<int> outbox, CancellationToken stop)
    {
        while (inbox.Receive(out int n))
            outbox.Send(n * 2);
    }
}
