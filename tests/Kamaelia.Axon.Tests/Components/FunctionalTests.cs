using System.Runtime.CompilerServices;
using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.ComponentModel;

/// <summary>Lambdas, task methods, generators and async streams as components.</summary>
public sealed class FunctionalTests
{
    private static readonly int[] s_input = [.. Enumerable.Range(0, 200)];

    [Test]
    public Task Map_TurnsEach() => Check(Components.Map<int, int>(n => n + 1), s_input.Select(n => n + 1));

    [Test]
    public Task Filter_KeepsSome() => Check(Components.Filter<int>(n => n % 3 == 0), s_input.Where(n => n % 3 == 0));

    [Test]
    public Task Transform_OfAStream_IsAComponent()
        => Check(Components.Transform<int, int>(EachTwice), s_input.SelectMany(n => new[] { n, n }));

    [Test]
    public Task Body_AsALambda_IsAComponent()
        => Check(Components.Body<int, int>(AddTen), s_input.Select(n => n + 10));

    [Test]
    public Task TaskBody_IsAComponent()
        => Check(Components.TaskBody<int, int>(AddTenAsTask), s_input.Select(n => n + 10));

    [Test]
    public Task Generator_IsAComponent()
        => Check(Components.Generator<int, int>(AddTenAsGenerator), s_input.Select(n => n + 10));

    [Test]
    public async Task Source_OfAnAsyncStream_SendsItAll()
    {
        await using var graph = new ManualGraph();
        var received = new List<int>();
        var source = graph.Add(Components.Source(Count));
        var sink = graph.Add(Components.Sink<int>(received.Add));
        graph.Graph.Link(source, "outbox", sink, "inbox");

        graph.Start();
        await graph.Finish(graph.Graph.Completion);

        Assert.That(received, Is.EqualTo(Enumerable.Range(0, 10)));
    }

    [Test]
    public async Task Exception_InALambda_IsAFault()
    {
        await using var graph = new ManualGraph();
        var source = graph.Add(Components.Source<int>([1, 0, 2]));
        var map = graph.Add(Components.Map<int, int>(n => 10 / n));
        var recorder = graph.Add(new Recorder<int>());
        graph.Graph.Link(source, "outbox", map, "inbox");
        graph.Graph.Link((Outbox)map.FindOutbox("outbox"), recorder.Inbox);

        graph.Start();

        Assert.That(recorder.Received, Is.EqualTo(new[] { 10 }));
        Assert.That(map.End!.Exception, Is.InstanceOf<DivideByZeroException>());
        Assert.That(source.State, Is.EqualTo(ComponentState.Ended));
    }

    private static async Task Check(Component component, IEnumerable<int> expected)
    {
        await using var graph = new ManualGraph();
        var received = new List<int>();
        var source = Components.Source(s_input);
        var sink = Components.Sink<int>(received.Add);
        graph.Graph.Pipe(source, component, sink);

        graph.Start();
        await graph.Finish(graph.Graph.Completion);

        Assert.That(received, Is.EqualTo(expected));
        Assert.That(component.End, Is.EqualTo(EndReason.Completed));
    }

    private static async IAsyncEnumerable<int> EachTwice(
        IAsyncEnumerable<int> input, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var number in input.WithCancellation(stop))
        {
            yield return number;
            yield return number;
        }
    }

    private static async Run AddTen(Inbox<int> inbox, Outbox<int> outbox, CancellationToken stop)
    {
        while (await inbox.WaitAsync(stop))
        {
            while (inbox.TryReceive(out var number))
                await outbox.SendAsync(number + 10, stop);
        }
    }

    private static async Task AddTenAsTask(Inbox<int> inbox, Outbox<int> outbox, CancellationToken stop)
    {
        while (await inbox.WaitAsync(stop))
        {
            while (inbox.TryReceive(out var number))
                await outbox.SendAsync(number + 10, stop);
        }
    }

    private static IEnumerable<Wait> AddTenAsGenerator(Inbox<int> inbox, Outbox<int> outbox)
    {
        while (!inbox.IsEnded)
        {
            while (inbox.TryReceive(out var number))
            {
                while (!outbox.TrySend(number + 10))
                    yield return Wait.ForRoom;
            }
            yield return Wait.ForMessage;
        }
    }

    private static async IAsyncEnumerable<int> Count([EnumeratorCancellation] CancellationToken stop)
    {
        for (var n = 0; n < 10; n++)
        {
            await Task.Yield();
            stop.ThrowIfCancellationRequested();
            yield return n;
        }
    }
}
