using CsCheck;
using Kamaelia.Axon;
using Kamaelia.Notation;

namespace Kamaelia.Tests.Notation;

public sealed class GraphTextTests
{
    [Test]
    public async Task Build_AFanOutWithNamesAndPolicies_RunsAndDeliversToEach()
    {
        var parsed = Parse("""
            number.source 100 | number.pass @p | fan @f
            @f |[8] keep @a
            @f |[unbounded] keep @b
            @p.remarks | keep @c
            """);
        await using var graph = parsed.Build();

        Assert.That(Find<TestSink<int>>(graph, "a").Inbox.Capacity, Is.EqualTo(8));
        Assert.That(Find<TestSink<int>>(graph, "b").Inbox.Policy, Is.EqualTo(LinkPolicy.Unbounded));
        await RunAsync(graph);

        Assert.That(Find<TestSink<int>>(graph, "a").Received, Is.EqualTo(Enumerable.Range(1, 100)));
        Assert.That(Find<TestSink<int>>(graph, "b").Received, Has.Count.EqualTo(100));
        Assert.That(Find<TestSink<string>>(graph, "c").Received, Is.EqualTo(["passed"]));
    }

    [Test]
    public async Task Build_BoxesOfAnArrayByNumber_LinksThoseBoxes()
    {
        await using var graph = Parse("number.source 1 | fan @f; @f.out#1 | keep @one; @f | keep @zero").Build();

        Assert.That(graph.Components.First(item => item.Name == "f").FindOutbox("out#0").IsLinked, Is.True);
        Assert.That(graph.Components.First(item => item.Name == "f").FindOutbox("out#1").IsLinked, Is.True);
    }

    [Test]
    public async Task Build_ANameInTheMiddle_IsSinkAndSource()
    {
        await using var graph = Parse(
            "number.source 5 | @p | keep @k; @extra | @p; number.source 2 @extra; number.pass @p").Build();

        Assert.That(graph.Components.Select(item => item.Name), Is.EquivalentTo(["number.source", "k", "extra", "p"]));
    }

    [Test]
    public async Task Build_UnnamedComponents_GetNamesOfTheirOwn()
    {
        await using var graph = Parse("number.source 5 | keep; number.source 5 | keep").Build();

        Assert.That(graph.Components.Select(item => item.Name),
            Is.EqualTo(["number.source", "keep", "number.source-2", "keep-2"]));
    }

    [Test]
    public async Task Build_WithSeveralSchedulers_DealsTheChainsOut()
    {
        await using var graph = Parse("number.source 50 | number.pass @p; @p | keep @k")
            .Build(new GraphOptions { Schedulers = 2 });

        await RunAsync(graph);

        Assert.That(Find<TestSink<int>>(graph, "k").Received, Has.Count.EqualTo(50));
    }

    [Test]
    public async Task Build_Twice_MakesTwoGraphs()
    {
        var parsed = Parse("number.source 5 | keep @k");
        await using var first = parsed.Build();
        await using var second = parsed.Build();

        await RunAsync(first);
        await RunAsync(second);

        Assert.That(Find<TestSink<int>>(second, "k").Received, Has.Count.EqualTo(5));
    }

    [Test]
    public void Build_ACombinationThatAComponentRefuses_IsADiagnosticUnderThatValue()
    {
        var parsed = Parse("number.source 500 mode=slow | keep");

        var refusal = Assert.Throws<NotationException>(() => parsed.Build())!;

        Assert.That(refusal.Diagnostics.Single().Span, Is.EqualTo(new TextSpan(23, 4)));
        Assert.That(refusal.Message, Does.Contain("So many are not sent slowly."));
    }

    [Test]
    public void Build_ATextWithErrors_Throws()
    {
        var parsed = GraphText.Parse("nothing.here", catalogue: TestCatalogue.Make());

        var refusal = Assert.Throws<NotationException>(() => parsed.Build())!;

        Assert.That(refusal.Diagnostics, Is.EqualTo(parsed.Diagnostics));
    }

    [TestCase("native:number.source 1 | keep", "KAM0601", 7)]
    [TestCase("number.source 1 | managed:native.only", "KAM0602", 26)]
    public void Parse_AForcedTwinThatIsNotThere_IsRefused(string text, string code, int start)
    {
        var found = GraphText.Parse(text, catalogue: TestCatalogue.Make()).Diagnostics.Single();

        Assert.That((found.Code.Id, found.Span.Start), Is.EqualTo((code, start)));
    }

    [Test]
    public void GraphParse_OfABadText_ShowsTheCaret()
    {
        var refusal = Assert.Throws<NotationException>(() => Graph.Parse("no.such.thing"))!;

        Assert.That(refusal.Message, Does.Contain("^^^^^^^^^^^^^"));
    }

    [Test]
    public void Parse_RandomText_PlansWithoutThrowing()
    {
        var catalogue = TestCatalogue.Make();
        RandomTextTests.Text.Sample(text =>
        {
            string known = text.Replace("udp.send", "number.source 3", StringComparison.Ordinal)
                .Replace("tee", "fan", StringComparison.Ordinal);
            var parsed = GraphText.Parse(known, catalogue: catalogue);
            return parsed.Diagnostics.All(item => RandomTextTests.IsWithin(item.Span, known));
        }, iter: 20_000);
    }

    private static ParsedGraph Parse(string text)
    {
        var parsed = GraphText.Parse(text, catalogue: TestCatalogue.Make());
        Assert.That(parsed.HasErrors, Is.False, string.Join('\n', parsed.Diagnostics));
        return parsed;
    }

    private static async Task RunAsync(Graph graph)
    {
        graph.Start();
        await graph.Completion.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static T Find<T>(Graph graph, string name) where T : Component =>
        (T)graph.Components.First(component => component.Name == name);
}
