using System.Text.Json;
using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Graphs;

public sealed class SnapshotTests
{
    [Test]
    public async Task Snapshot_HasComponentsLinkagesDepthsAndCounters()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>(new LinkOptions(Capacity: 8));
        from.Send(1, 2, 3);
        to.Do(() => to.Inbox.TryReceive(out _));

        var snapshot = graph.Graph.Snapshot();

        Assert.That(snapshot.Components.Select(each => each.Path), Is.EqualTo(new[] { "/test/from", "/test/to" }));
        Assert.That(snapshot.Linkages,
            Is.EqualTo(new[] { new LinkageSnapshot("/test/from.outbox", "/test/to.inbox", LinkageKind.Delivery) }));
        var sending = Box(snapshot.Components[0], "outbox");
        var taking = Box(snapshot.Components[1], "inbox");
        Assert.That((sending.IsInbox, sending.MessageType, sending.Messages), Is.EqualTo((false, "Int32", 3L)));
        Assert.That((taking.IsInbox, taking.Count, taking.Capacity, taking.Messages), Is.EqualTo((true, 2, 8, 1L)));
        Assert.That(taking.Sentence, Is.EqualTo("What the test takes by hand."));
        Assert.That(snapshot.Components.Select(each => each.State), Is.All.EqualTo(ComponentState.Running));
    }

    [Test]
    public async Task Snapshot_ShowsChildrenAndPassThroughs()
    {
        await using var graph = Nested();

        var snapshot = graph.Graph.Snapshot();

        Assert.That(snapshot.Components.Select(each => each.Path), Is.EqualTo(new[] { "/test/from", "/test/nest" }));
        Assert.That(snapshot.Components[1].Children.Single().Path, Is.EqualTo("/test/nest/inner"));
        Assert.That(snapshot.Linkages.Select(each => each.Kind), Is.EquivalentTo(
            new[] { LinkageKind.Delivery, LinkageKind.PassIn }));
    }

    [Test]
    public async Task Json_OfASnapshot_IsReadableAndComplete()
    {
        await using var graph = Nested();

        using var json = JsonDocument.Parse(graph.Graph.Snapshot().ToJson());

        var root = json.RootElement;
        var components = root.GetProperty("components");
        Assert.That(components.GetArrayLength(), Is.EqualTo(2));
        Assert.That(components[1].GetProperty("children")[0].GetProperty("path").GetString(),
            Is.EqualTo("/test/nest/inner"));
        Assert.That(root.GetProperty("linkages").GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task Dot_OfASnapshot_IsOneBalancedDigraph()
    {
        await using var graph = Nested();

        var dot = graph.Graph.Snapshot().ToDot();

        Assert.That(dot, Does.StartWith("digraph"));
        Assert.That(dot.Count(letter => letter == '{'), Is.EqualTo(dot.Count(letter => letter == '}')));
        Assert.That(dot, Does.Contain("inner").And.Contain("->"));
        Assert.That(dot.Count(letter => letter == '"') % 2, Is.Zero);
    }

    [Test]
    public async Task Mermaid_OfASnapshot_IsAFlowchart()
    {
        await using var graph = Nested();

        var mermaid = graph.Graph.Snapshot().ToMermaid();

        Assert.That(mermaid, Does.StartWith("flowchart").Or.StartWith("graph"));
        Assert.That(mermaid, Does.Contain("inner").And.Contain("-->"));
    }

    [Test]
    public async Task Names_WithQuotes_AreEscapedEverywhere()
    {
        await using var graph = new ManualGraph();
        graph.Puppet<int>("odd\"name\"\\<&>");
        graph.Start();

        var snapshot = graph.Graph.Snapshot();

        using var json = JsonDocument.Parse(snapshot.ToJson());
        Assert.That(json.RootElement.GetProperty("components")[0].GetProperty("path").GetString(),
            Is.EqualTo("/test/odd\"name\"\\<&>"));
        Assert.That(snapshot.ToDot(), Does.Not.Contain("odd\"name\""));
        Assert.That(snapshot.ToMermaid(), Does.Not.Contain("odd\"name\""));
    }

    [Test]
    public async Task Snapshot_OfARunningGraph_DisturbsNothing()
    {
        var graph = new Graph("busy", new GraphOptions { Schedulers = 2 });
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, 200_000)), graph.Schedulers[0]);
        var recorder = graph.Add(new Recorder<int>(), graph.Schedulers[1]);
        graph.Link(feeder.Outbox, recorder.Inbox);
        var running = graph.RunAsync();

        var snapshots = 0;
        while (!running.IsCompleted)
        {
            Assert.That(graph.Snapshot().Linkages, Has.Count.LessThanOrEqualTo(1));
            snapshots++;
        }
        await running.Within();

        Assert.That(snapshots, Is.Positive);
        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(0, 200_000)));
    }

    private static BoxSnapshot Box(ComponentSnapshot component, string name)
        => component.Boxes.Single(box => box.Name == name);

    private static ManualGraph Nested()
    {
        var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var nest = graph.Add(new Nest<int> { Name = "nest" });
        var inner = nest.Adopt(new Puppet<int>(graph) { Name = "inner" });
        graph.Graph.Link(from.Outbox, nest.Inbox);
        nest.In(inner.Inbox);
        graph.Start();
        return graph;
    }
}
