using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Graphs;

public sealed class CheckTests
{
    [Test]
    public void Check_OfASoundGraph_HasNoErrors()
    {
        var graph = new Graph("sound");
        graph.Pipe(new Feeder<int>([1]), new Relay<int>(), new Recorder<int>());

        Assert.That(graph.Check().Where(each => each.IsError), Is.Empty);
    }

    [Test]
    public void Check_OfAnUnlinkedOutbox_NamesItAndItsComponent()
    {
        var graph = new Graph("loose");
        graph.Add(new Feeder<int>([1]) { Name = "feeder" });

        var error = graph.Check().Single(each => each.IsError);

        Assert.That(error.Code, Does.StartWith("KAM"));
        Assert.That(error.ToString(), Does.Contain("feeder").And.Contain("outbox"));
    }

    [Test]
    public void Check_OfAnOptionalOutbox_IsSilent()
    {
        var graph = new Graph("loose");
        var feeder = graph.Add(new Feeder<int>([1]));

        feeder.Outbox.IsOptional = true;

        Assert.That(graph.Check().Where(each => each.IsError), Is.Empty);
    }

    [Test]
    public void Check_LooksAtChildrenToo()
    {
        var graph = new Graph("loose");
        var nest = graph.Add(new Nest<int> { Name = "nest" });
        nest.Adopt(new Feeder<int>([1]) { Name = "inner" });

        Assert.That(graph.Check().Single(each => each.IsError).Path, Does.Contain("inner"));
    }

    [Test]
    public void Pipe_OfWrongTypes_SaysWhichTwo()
    {
        var graph = new Graph("pipe");

        var error = Assert.Catch(() =>
            graph.Pipe(new Feeder<int>([1]) { Name = "numbers" }, new Recorder<string> { Name = "lines" }))!;

        Assert.That(error.Message, Does.Contain("numbers").And.Contain("lines"));
    }
}
