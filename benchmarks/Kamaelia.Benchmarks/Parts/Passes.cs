using Kamaelia.Axon;

namespace Kamaelia.Benchmarks.Parts;

/// <summary>The pattern that is shown everywhere: one wait, then all that is there.</summary>
internal sealed partial class AsyncPass<T> : Component
{
    [Port("Any messages.")]
    public partial Inbox<T> Inbox { get; }

    [Port("The same messages.")]
    public partial Outbox<T> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out T? message))
                await Outbox.SendAsync(message, stop);
        }
    }
}

/// <summary><c>await foreach</c>.</summary>
internal sealed partial class ForeachPass<T> : Component
{
    [Port("Any messages.")]
    public partial Inbox<T> Inbox { get; }

    [Port("The same messages.")]
    public partial Outbox<T> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        await foreach (T message in Inbox)
            await Outbox.SendAsync(message, stop);
    }
}

/// <summary>A step over a batch.</summary>
internal sealed class StepPass<T> : StepComponent<T, T>
{
    protected override StepResult Step(ReadOnlySpan<T> input, Span<T> output)
    {
        int count = Math.Min(input.Length, output.Length);
        input[..count].CopyTo(output);
        return new StepResult(count, count);
    }
}
