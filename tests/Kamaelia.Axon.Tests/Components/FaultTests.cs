using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.ComponentModel;

public sealed class FaultTests
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task Exception_InABody_EndsItAsFaulted(bool atOnce)
    {
        await using var graph = new ManualGraph();
        var cause = new InvalidDataException("broken");
        var component = graph.Add(Bodies.Async(async _ =>
        {
            if (!atOnce)
                await Task.Yield();
            throw cause;
        }));

        graph.Start();

        Assert.That(component.State, Is.EqualTo(ComponentState.Ended));
        Assert.That(component.End!.Kind, Is.EqualTo(EndKind.Faulted));
        Assert.That(component.End.Exception, Is.SameAs(cause));
        Assert.That(cause.StackTrace, Does.Contain(nameof(FaultTests)));
    }

    [Test]
    public async Task Exception_ThrownBeforeTheFirstAwait_OfARunMethod_IsAFaultToo()
    {
        await using var graph = new ManualGraph();
        var component = graph.Add(new Thrower());

        graph.Start();

        Assert.That(component.End!.Exception, Is.InstanceOf<InvalidDataException>());
    }

    [Test]
    public async Task Fault_OfOne_LeavesTheOthersRunning()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();
        graph.Add(new Thrower());
        graph.Run();

        from.Send(1);

        Assert.That(to.Take(), Is.EqualTo(new[] { 1 }));
        Assert.That(graph.Graph.Completion.IsCompleted, Is.False);
    }

    [Test]
    public async Task Cancellation_ThatWasAskedFor_IsNotAFault()
    {
        await using var graph = new ManualGraph();
        var component = graph.Add(Bodies.Async(stop => Task.Delay(Timeout.Infinite, stop)));
        graph.Start();

        component.RequestStop(StopKind.Cancel);
        await graph.RunUntilEnded(component);

        Assert.That(component.End, Is.EqualTo(EndReason.Cancelled));
        Assert.That(async () => await graph.Finish(graph.Graph.Completion), Throws.Nothing);
    }

    [Test]
    public async Task Cancellation_NobodyAskedFor_IsAFault()
    {
        await using var graph = new ManualGraph();
        var component = graph.Add(Bodies.Async(_ => Task.FromCanceled(new CancellationToken(canceled: true))));

        graph.Start();
        await graph.RunUntilEnded(component);

        Assert.That(component.End!.Kind, Is.EqualTo(EndKind.Faulted));
    }

    [Test]
    public async Task Fault_AfterAStop_IsStillAFault()
    {
        await using var graph = new ManualGraph();
        var component = graph.Add(Bodies.Async(async stop =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, stop);
            }
            finally
            {
                ThrowInFinally();
            }
        }));
        graph.Start();

        component.RequestStop(StopKind.Cancel);
        await graph.RunUntilEnded(component);

        Assert.That(component.End!.Exception, Is.InstanceOf<InvalidDataException>());
    }

    [Test]
    public async Task FinallyBlocks_OfAStoppedBody_Run()
    {
        await using var graph = new ManualGraph();
        var cleaned = false;
        var component = graph.Add(Bodies.Async(async stop =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, stop);
            }
            finally
            {
                cleaned = true;
            }
        }));
        graph.Start();

        component.RequestStop(StopKind.Cancel);
        await graph.RunUntilEnded(component);

        Assert.That(cleaned);
    }

    private static void ThrowInFinally() => throw new InvalidDataException("while cleaning up");

    private sealed class Thrower : Component
    {
        protected override Run RunAsync(CancellationToken stop) => throw new InvalidDataException("at once");
    }
}
