using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.ComponentModel;

public sealed class StepComponentTests
{
    [TestCase(1)]
    [TestCase(3)]
    [TestCase(64)]
    public async Task Step_MapsEveryMessage_InOrder(int capacity)
    {
        await using var graph = new ManualGraph();
        var recorder = Chain<int>(graph, Enumerable.Range(0, 500), new Doubler(), capacity);

        graph.Start();

        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(0, 500).Select(n => 2 * n)));
        Assert.That(recorder.InboxEnd, Is.EqualTo(EndReason.Completed));
    }

    [Test]
    public async Task MadeButNotSent_WhenTheLinkageIsAnother_ComesFirstThere()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<Chunk>("from");
        var step = graph.Add(Axon.Components.Map<Chunk, Chunk>(chunk => chunk));
        var (first, second) = (graph.Puppet<Chunk>("first"), graph.Puppet<Chunk>("second"));
        var outbox = (Outbox<Chunk>)step.FindOutbox("outbox");
        graph.Graph.Link(from.Outbox, (Inbox<Chunk>)step.FindInbox("inbox"));
        var tight = graph.Graph.Link(outbox, first.Inbox, new LinkOptions(8, CapacityBytes: 10));
        graph.Start();

        // Two fill it; the third is made and waits for room within the step.
        Send(from, 1, 2, 3);
        graph.Graph.Unlink(tight);
        graph.Graph.Link(outbox, second.Inbox);
        Send(from, 4, 5);

        Assert.That(first.TakeTags(), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(second.TakeTags(), Is.EqualTo(new[] { 3, 4, 5 }));
    }

    private static void Send(Puppet<Chunk> from, params uint[] tags) => from.Do(() =>
    {
        foreach (var tag in tags)
            from.Outbox.TrySend(Chunk.Rent(8).With(tag: tag));
    });

    [Test]
    public async Task Step_ThatNeedsMoreInput_GetsAllOfItAndTheEnd()
    {
        await using var graph = new ManualGraph();
        var recorder = Chain(graph, Enumerable.Range(0, 10), new SumOfThree(), 64);

        graph.Start();

        Assert.That(recorder.Received, Is.EqualTo(new[] { 0 + 1 + 2, 3 + 4 + 5, 6 + 7 + 8, 9 }));
    }

    [TestCase(1)]
    [TestCase(5)]
    public async Task Step_ThatMakesManyOfOne_WaitsForRoom(int capacity)
    {
        await using var graph = new ManualGraph();
        var recorder = Chain(graph, [3, 0, 4], new Countdown(), capacity);

        graph.Start();

        Assert.That(recorder.Received, Is.EqualTo(new[] { 3, 2, 1, 4, 3, 2, 1 }));
    }

    [Test]
    public async Task Finish_IsAskedUntilItHasNoMore()
    {
        await using var graph = new ManualGraph();
        var recorder = Chain(graph, [1, 2], new Trailer(100), 7);

        graph.Start();

        Assert.That(recorder.Received, Is.EqualTo(new[] { 1, 2 }.Concat(Enumerable.Range(0, 100))));
    }

    [Test]
    public async Task Exception_InAStep_IsAFault()
    {
        await using var graph = new ManualGraph();
        var recorder = Chain(graph, [1, 2], new Thrower(), 7);

        graph.Start();

        Assert.That(recorder.InboxEnd!.Kind, Is.EqualTo(EndKind.Faulted));
    }

    private static Recorder<int> Chain<T>(
        ManualGraph graph, IEnumerable<T> input, StepComponent<T, int> step, int capacity)
    {
        var feeder = graph.Add(new Feeder<T>(input));
        graph.Add(step);
        var recorder = graph.Add(new Recorder<int>());
        graph.Graph.Link(feeder.Outbox, step.Inbox, new LinkOptions(Capacity: capacity));
        graph.Graph.Link(step.Outbox, recorder.Inbox, new LinkOptions(Capacity: capacity));
        return recorder;
    }

    private sealed class Doubler : StepComponent<int, int>
    {
        protected override StepResult Step(ReadOnlySpan<int> input, Span<int> output)
        {
            var count = Math.Min(input.Length, output.Length);
            for (var n = 0; n < count; n++)
                output[n] = 2 * input[n];
            return new StepResult(count, count);
        }
    }

    private sealed class SumOfThree : StepComponent<int, int>
    {
        private int _count;
        private int _sum;

        protected override StepResult Step(ReadOnlySpan<int> input, Span<int> output)
        {
            var consumed = 0;
            while (consumed < input.Length)
            {
                _sum += input[consumed++];
                if (++_count < 3)
                    continue;
                output[0] = _sum;
                _count = _sum = 0;
                return new StepResult(consumed, 1);
            }
            return new StepResult(consumed, 0);
        }

        protected override int Finish(Span<int> output)
        {
            if (_count == 0)
                return 0;
            output[0] = _sum;
            _count = 0;
            return 1;
        }
    }

    private sealed class Countdown : StepComponent<int, int>
    {
        private int _left = -1;

        protected override StepResult Step(ReadOnlySpan<int> input, Span<int> output)
        {
            if (_left < 0)
                _left = input[0];
            var produced = 0;
            while (_left > 0 && produced < output.Length)
                output[produced++] = _left--;
            if (_left > 0)
                return new StepResult(0, produced);
            _left = -1;
            return new StepResult(1, produced);
        }
    }

    private sealed class Trailer(int count) : StepComponent<int, int>
    {
        private int _next;

        protected override StepResult Step(ReadOnlySpan<int> input, Span<int> output)
        {
            output[0] = input[0];
            return new StepResult(1, 1);
        }

        protected override int Finish(Span<int> output)
        {
            var made = 0;
            while (made < output.Length && _next < count)
                output[made++] = _next++;
            return made;
        }
    }

    private sealed class Thrower : StepComponent<int, int>
    {
        protected override StepResult Step(ReadOnlySpan<int> input, Span<int> output)
            => throw new InvalidDataException("step");
    }
}
