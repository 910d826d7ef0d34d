using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Graphs;

/// <summary>Services by name: Axon's co-ordinating assistant tracker.</summary>
public sealed class ServiceTests
{
    [Test]
    public async Task Service_Registered_IsFound()
    {
        await using var graph = new ManualGraph();
        var puppet = graph.Puppet<int>("server");

        graph.Graph.Services.Register("numbers", puppet.Inbox);

        Assert.That(graph.Graph.Services.Find("numbers"), Is.SameAs(puppet.Inbox));
        Assert.That(graph.Graph.Services.Names, Is.EqualTo(new[] { "numbers" }));
    }

    [Test]
    public async Task Name_TakenTwice_IsRefused_EvenByTheSame()
    {
        await using var graph = new ManualGraph();
        var puppet = graph.Puppet<int>("server");
        graph.Graph.Services.Register("numbers", puppet.Inbox);

        var error = Assert.Catch(() => graph.Graph.Services.Register("numbers", puppet.Inbox))!;

        Assert.That(error.Message, Does.Contain("numbers"));
    }

    [Test]
    public async Task Service_Unknown_IsRefusedNamingWhatExists()
    {
        await using var graph = new ManualGraph();
        graph.Graph.Services.Register("numbers", graph.Puppet<int>("server").Inbox);

        var error = Assert.Catch(() => graph.Graph.Services.Find("letters"))!;

        Assert.That(error.Message, Does.Contain("letters").And.Contain("numbers"));
        Assert.That(graph.Graph.Services.TryFind("letters", out _), Is.False);
    }

    [Test]
    public async Task Service_Removed_IsGone_AndFreeAgain()
    {
        await using var graph = new ManualGraph();
        var puppet = graph.Puppet<int>("server");
        graph.Graph.Services.Register("numbers", puppet.Inbox);

        graph.Graph.Services.Deregister("numbers");

        Assert.That(graph.Graph.Services.TryFind("numbers", out _), Is.False);
        Assert.That(() => graph.Graph.Services.Deregister("numbers"), Throws.InstanceOf<KeyNotFoundException>());
        Assert.That(() => graph.Graph.Services.Register("numbers", puppet.Inbox), Throws.Nothing);
    }

    [Test]
    public async Task Services_OfAnEndedComponent_AreRemoved()
    {
        await using var graph = new ManualGraph();
        var puppet = graph.Puppet<int>("server");
        graph.Puppet<int>("stays");
        graph.Graph.Services.Register("numbers", puppet.Inbox);
        graph.Start();

        puppet.Finish();

        Assert.That(graph.Graph.Services.Names, Is.Empty);
    }

    [Test]
    public async Task Name_RegisteredByManyThreads_IsTakenOnce()
    {
        await using var graph = new ManualGraph();
        var puppets = Enumerable.Range(0, 8).Select(n => graph.Puppet<int>($"p{n}")).ToArray();
        var taken = 0;

        for (var round = 0; round < 200; round++)
        {
            taken = 0;
            Parallel.ForEach(puppets, puppet =>
            {
                try
                {
                    graph.Graph.Services.Register($"round{round}", puppet.Inbox);
                    Interlocked.Increment(ref taken);
                }
                catch (InvalidOperationException)
                {
                    // Another was quicker.
                }
            });
            Assert.That(taken, Is.EqualTo(1));
        }
    }

    [Test]
    public void Value_Tracked_IsReadAndUpdated()
    {
        var services = new Graph("values").Services;

        services.TrackValue("rate", 5);
        services.UpdateValue("rate", 6);

        Assert.That(services.Value("rate"), Is.EqualTo(6));
        Assert.That(services.ValueNames, Is.EqualTo(new[] { "rate" }));
        Assert.That(() => services.TrackValue("rate", 7), Throws.InvalidOperationException);
    }

    [Test]
    public void Value_NotTracked_CanBeNeitherReadNorUpdated()
    {
        var services = new Graph("values").Services;

        Assert.That(() => services.Value("rate"), Throws.InstanceOf<KeyNotFoundException>());
        Assert.That(() => services.UpdateValue("rate", 1), Throws.InstanceOf<KeyNotFoundException>());
    }
}
