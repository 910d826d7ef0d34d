using Kamaelia.Axon;
using Kamaelia.Notation;

namespace Kamaelia.Tests.Notation;

public sealed class GroupTests
{
    [Test]
    public void Parse_AGroup_HasItsOptionsItsChainsAndItsPlace()
    {
        var parsed = Parse("""
            number.source 3 | @p
            restart part strategy=rest max=7 within=2s backoff=50ms..1s jitter=0.5 seed=9 queue=drop stop=3s
            {
                number.pass @p | keep @k   # two in it
            }
            """);

        var group = parsed.Groups.Single();
        Assert.That(group.Name, Is.EqualTo("part"));
        Assert.That(parsed.Components.Where(c => c.Group == group).Select(c => c.Name), Is.EqualTo(new[] { "p", "k" }));
        Assert.That(GroupOptions.Read(group.Options), Is.EqualTo(new SupervisionOptions
        {
            Strategy = SupervisionStrategy.RestForOne,
            RestartsMax = 7,
            Within = TimeSpan.FromSeconds(2),
            BackoffFirst = TimeSpan.FromMilliseconds(50),
            BackoffMax = TimeSpan.FromSeconds(1),
            Jitter = 0.5,
            Seed = 9,
            Queue = RestartQueue.Drop,
            StopTimeout = TimeSpan.FromSeconds(3),
        }));
        Assert.That(parsed.FindByPath("/graph/part/p/test-pass-1")!.Name, Is.EqualTo("p"));
        Assert.That(parsed.FindByPath("/graph/part")!.IsGroup);
    }

    [Test]
    public void Parse_AGroupWithoutOptions_HasTheDefaultsOfTheLibrary() =>
        Assert.That(GroupOptions.Read(Parse("restart a { number.source 1 | keep }").Groups[0].Options),
            Is.EqualTo(new SupervisionOptions()));

    [TestCase("restart a{ number.source 1|keep}")]
    [TestCase("restart a { number.source 1 | keep };")]
    [TestCase("restart a {number.source 1 @s; @s | keep @k}")]
    [TestCase("restart a\n{\nnumber.source 1 mode=\"fast\"} ; ")]
    [TestCase("restart a { number.source 1 mode=fast} # done")]
    public void Parse_BracesWithAndWithoutSpaces_AreTheGroups(string text)
    {
        var diagnostics = new DiagnosticBag();

        var syntax = Parser.Parse(text, diagnostics);

        Assert.That(diagnostics.Items, Is.Empty);
        Assert.That(syntax.Groups.Single().Name.Text, Is.EqualTo("a"));
        Assert.That(syntax.Chains, Is.Not.Empty.And.All.Property("Group").SameAs(syntax.Groups[0]));
    }

    [Test]
    public void Parse_BracesInsideAWord_AreTheWords()
    {
        var diagnostics = new DiagnosticBag();

        var syntax = Parser.Parse("file.read a{1}.ts path=x{y} | null", diagnostics);

        Assert.That(diagnostics.Items, Is.Empty);
        Assert.That(((ElementSyntax)syntax.Chains[0].Items[0]).Arguments.Select(a => a.Value),
            Is.EqualTo(new[] { "a{1}.ts", "x{y}" }));
    }

    [Test]
    public void Parse_GroupsTooDeep_AreRefusedAndNotGoneInto()
    {
        string text = string.Concat(Enumerable.Range(0, 3000).Select(i => $"restart g{i} {{ "));

        var parsed = GraphText.Parse(text + "number.source 1 | keep" + new string('}', 3000),
            catalogue: TestCatalogue.Make());

        Assert.That(parsed.Diagnostics.Select(d => d.Code.Id).Distinct(), Is.EqualTo(new[] { "KAM0113" }));
        Assert.That(parsed.Diagnostics, Has.Count.EqualTo(3000 - 16));
    }

    [TestCase("restart a { number.source 1 | keep", 10)]
    [TestCase("restart a { restart b { number.source 1 | keep }", 10)]
    public void Parse_AnUnclosedBrace_PointsAtIt(string text, int start)
    {
        var found = GraphText.Parse(text, catalogue: TestCatalogue.Make()).Diagnostics.Single();

        Assert.That((found.Code.Id, found.Span), Is.EqualTo(("KAM0112", new TextSpan(start, 1))));
    }

    [Test]
    public async Task Build_LinksThatCrossBraces_DeliverToEachSide()
    {
        await using var graph = Parse("""
            number.source 100 @s
            restart outer {
                @s | number.pass @a | @b        # in, on, and one deeper
                restart inner strategy=all { number.pass @b | fan @f; @f.out#1 | keep @two }
                @f | keep @one
            }
            @a.remarks | keep @said
            """).Build();
        var outer = (Supervisor)graph.Components.Single(c => c.Name == "outer");
        var inner = (Supervisor)outer["inner"].Instance!;
        var one = (TestSink<int>)outer["one"].Instance!;
        var two = (TestSink<int>)inner["two"].Instance!;

        await Run(graph);

        Assert.That(one.Received, Is.EqualTo(Enumerable.Range(1, 100)));
        Assert.That(two.Received, Is.EqualTo(Enumerable.Range(1, 100)));
        Assert.That(inner.Options.Strategy, Is.EqualTo(SupervisionStrategy.OneForAll));
        var said = (TestSink<string>)graph.Components.Single(c => c.Name == "said");
        Assert.That(said.Received, Is.EqualTo(new[] { "passed" }));
    }

    [Test]
    public async Task Build_WithSeveralSchedulers_CrossesIntoAGroup()
    {
        await using var graph = Parse("""
            number.source 500 | @p
            restart part { number.pass @p | number.pass @q }
            @q | keep @k
            """).Build(new GraphOptions { Schedulers = 3 });

        await Run(graph);

        var kept = (TestSink<int>)graph.Components.Single(c => c.Name == "k");
        Assert.That(kept.Received, Is.EqualTo(Enumerable.Range(1, 500)));
    }

    [TestCase("keep", "1 2 4 5 7 8", "")]
    [TestCase("drop", "1 2", "")]
    [TestCase("dead-letter", "1 2", "4 5 6 7 8")]
    public async Task Run_AComponentThatFaults_IsRestartedAndItsQueueGoesWhereTheTextSays(
        string queue, string delivered, string letters)
    {
        var catalogue = TestCatalogue.Make();
        catalogue.Add(Kamaelia.Catalogue.ComponentCatalogue.Default.Find("fault")!.Managed!.Info,
            options => new Kamaelia.Utilities.FaultMaker<int>(options.Long("after")));
        catalogue.AddVariant<TestSink<DeadLetter>>();
        var parsed = GraphText.Parse($$"""
            number.source 8 | @f
            restart part backoff=1ms queue={{queue}} { fault after=2 @f }
            @f | keep @k
            @part.dead-letter | keep @dead
            """, catalogue: catalogue);
        Assert.That(parsed.Diagnostics, Is.Empty);
        await using var graph = parsed.Build();

        await Run(graph);

        var kept = (TestSink<int>)graph.Components.Single(c => c.Name == "k");
        var dead = (TestSink<DeadLetter>)graph.Components.Single(c => c.Name == "dead");
        Assert.That(string.Join(' ', kept.Received), Is.EqualTo(delivered));
        Assert.That(string.Join(' ', dead.Received.Select(l => l.Message)), Is.EqualTo(letters));
    }

    [Test]
    public async Task Run_AGroupInAGroup_IsMadeAnewWhenItGivesUp()
    {
        var catalogue = TestCatalogue.Make();
        catalogue.Add(Kamaelia.Catalogue.ComponentCatalogue.Default.Find("fault")!.Managed!.Info,
            options => new Kamaelia.Utilities.FaultMaker<int>(options.Long("after")));
        var parsed = GraphText.Parse("""
            number.source 12 | @f
            restart outer backoff=1ms {
                restart inner max=1 backoff=1ms { fault after=2 @f | number.pass @p }
            }
            @p | keep @k
            """, catalogue: catalogue);
        await using var graph = parsed.Build();
        var outer = (Supervisor)graph.Components.Single(c => c.Name == "outer");

        await Run(graph);

        // What had left f for p when both went down with their group is gone with it; the order stays.
        var kept = (TestSink<int>)graph.Components.Single(c => c.Name == "k");
        Assert.That(kept.Received, Is.Ordered.Ascending.And.SubsetOf(new[] { 1, 2, 4, 5, 7, 8, 10, 11 }));
        Assert.That(kept.Received, Is.SupersetOf(new[] { 10, 11 }), "The last instances ran to the end.");
        Assert.That(outer["inner"].Restarts, Is.EqualTo(2));
    }

    private static ParsedGraph Parse(string text)
    {
        var parsed = GraphText.Parse(text, catalogue: TestCatalogue.Make());
        Assert.That(parsed.HasErrors, Is.False, string.Join('\n', parsed.Diagnostics));
        return parsed;
    }

    private static async Task Run(Graph graph)
    {
        graph.Start();
        await graph.Completion.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
