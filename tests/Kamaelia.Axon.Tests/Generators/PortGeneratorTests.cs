using Microsoft.CodeAnalysis;
using static Kamaelia.Axon.Tests.Generators.GeneratorHarness;

namespace Kamaelia.Axon.Tests.Generators;

public sealed class PortGeneratorTests
{
    [Test]
    public void Ports_OfAComponent_BecomeDataInDeclaredOrder()
    {
        var probe = Run(Component("""
            [Port("Lines.")] public partial Inbox<string> Inbox { get; }
            [Port("Counts.", Format = "mpegts", Optional = true)] public partial Outbox<int> BytesOut { get; }
            [Port("Small.", Name = "narrow", Capacity = 3)] public partial Inbox<(int A, string B)> Other { get; }
            """)).Make();

        var own = probe.PortInfos.Where(port => port.Name is not ("control" or "signal")).ToArray();

        Assert.That(own, Is.EqualTo(new[]
        {
            new PortInfo("inbox", PortDirection.In, typeof(string), "Lines."),
            new PortInfo("bytesOut", PortDirection.Out, typeof(int), "Counts.")
            {
                Format = "mpegts", IsOptional = true,
            },
            new PortInfo("narrow", PortDirection.In, typeof((int, string)), "Small.") { Capacity = 3 },
        }));
    }

    [Test]
    public void PortInfos_OfTwoInstances_AreOneList()
    {
        var type = Run(Component("""[Port("In.")] public partial Inbox<int> Inbox { get; }""")).Make().GetType();

        var first = (Component)Activator.CreateInstance(type)!;
        var second = (Component)Activator.CreateInstance(type)!;

        Assert.That(first.PortInfos, Is.SameAs(second.PortInfos));
    }

    [Test]
    public void Ports_ReadInAConstructor_CompileWithoutAWarning()
    {
        var probe = Run(Component("""
            [Port("In.")] public partial Inbox<int> Inbox { get; }
            [Port("Inside.")] public partial Inbox<int> Inside { get; }
            public Probe() => Link(Inbox, Inside);
            """)).Make();

        Assert.That(OwnNames(probe), Is.EqualTo(new[] { "inbox", "inside" }));
    }

    [Test]
    public void Box_NamedByText_IsTheProperty()
    {
        var probe = Run(Component("""[Port("In.")] public partial Inbox<int> BytesIn { get; }""")).Make();

        var byName = probe.FindInbox("bytesIn");

        Assert.That(byName, Is.SameAs(probe.GetType().GetProperty("BytesIn")!.GetValue(probe)));
    }

    [Test]
    public void Ports_OfABaseClass_ComeFirst()
    {
        var source = Component("""[Port("Late.")] public partial Outbox<int> Late { get; }""",
                "public sealed partial class Probe : Root")
            + """
            public abstract partial class Root : Component
            {
                [Port("Early.")] public partial Inbox<int> Early { get; }
            }
            """;

        var probe = Run(source).Make();

        Assert.That(OwnNames(probe), Is.EqualTo(new[] { "early", "late" }));
        Assert.That(probe.FindInbox("early").Name, Is.EqualTo("early"));
    }

    [Test]
    public void Ports_OfABaseClassElsewhere_AreInherited()
    {
        var root = Run(Component("""[Port("Early.")] public partial Inbox<int> Early { get; }""",
            "public partial class Root : Component"));
        var image = root.Compilation.WithAssemblyName("Roots");
        using var bytes = new MemoryStream();
        Assert.That(image.Emit(bytes).Success);
        var reference = MetadataReference.CreateFromImage(bytes.ToArray());

        var derived = Run(Component("""[Port("Late.")] public partial Outbox<int> Late { get; }""",
            "public sealed partial class Probe : Root"), reference);
        var clash = Run(Component("""[Port("Again.", Name = "early")] public partial Outbox<int> Late { get; }""",
            "public sealed partial class Probe : Root"), reference);

        Assert.That(derived.Problems, Is.Empty);
        Assert.That(derived.Image(), Is.Not.Empty);
        Assert.That(clash.ProblemIds, Is.EqualTo(new[] { "KAMG006" }));
    }

    [Test]
    public void Ports_OfNestedGenericClasses_AreWritten()
    {
        const string Source = """
            #nullable enable
            using System.Collections.Generic;
            using System.Threading;
            using Kamaelia.Axon;
            namespace Probes.@event;
            public partial class Outer<TOuter> where TOuter : class
            {
                public partial record Middle
                {
                    public sealed partial class @class<T> : Component where T : notnull
                    {
                        [Port("Quotes \" and \\ and <angles>.")]
                        public partial Inbox<Dictionary<T, TOuter?[]>> Inbox { get; }
                        [Port("Anything.")] internal partial Outbox<dynamic> @out { get; }
                        protected override Run RunAsync(CancellationToken stop) => Run.Completed;
                    }
                }
            }
            """;

        var type = Run(Source).Load().GetType("Probes.event.Outer`1+Middle+class`1")!;
        var probe = (Component)Activator.CreateInstance(type.MakeGenericType(typeof(string), typeof(int)))!;

        Assert.That(probe.FindInbox("inbox").Info.Sentence, Is.EqualTo("Quotes \" and \\ and <angles>."));
        Assert.That(probe.FindInbox("inbox").MessageType, Is.EqualTo(typeof(Dictionary<int, string[]>)));
        Assert.That(probe.FindOutbox("out").MessageType, Is.EqualTo(typeof(object)));
    }

    [TestCase("Inbox", "inbox")]
    [TestCase("BytesOut", "bytesOut")]
    [TestCase("TSOut", "tsOut")]
    [TestCase("URL", "url")]
    [TestCase("X", "x")]
    public void Name_OfAPort_IsItsPropertysInCamelCase(string property, string name)
    {
        var probe = Run(Component($$"""[Port("In.")] public partial Inbox<int> {{property}} { get; }""")).Make();

        Assert.That(OwnNames(probe), Is.EqualTo(new[] { name }));
    }

    [Test]
    public void Sentence_OfAnUndocumentedPort_IsItsDocComment()
    {
        var text = Run(Component("""
            [Port("A & b.")] public partial Inbox<int> Inbox { get; }
            /// <summary>Mine.</summary>
            [Port("Not this.")] public partial Inbox<int> Other { get; }
            """)).Text;

        Assert.That(text, Does.Contain("/// <summary>A &amp; b.</summary>"));
        Assert.That(text, Does.Not.Contain("<summary>Not this.</summary>"));
    }

    private static IEnumerable<string> OwnNames(Component component)
        => component.PortInfos.Select(port => port.Name).Except(["control", "signal"]);
}
