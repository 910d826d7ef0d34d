using Kamaelia.Notation;

namespace Kamaelia.Tests.Notation;

public sealed class ParserTests
{
    [Test]
    public void Parse_PipelineWithOptions_YieldsElementsInOrder()
    {
        var chain = ParseOneChain("file.read in.ts | pace pcr | udp.send 239.1.1.1:5004 ttl=4");

        Assert.That(chain.Items.Cast<ElementSyntax>().Select(item => item.Component.Text),
            Is.EqualTo(["file.read", "pace", "udp.send"]));
        var send = (ElementSyntax)chain.Items[2];
        Assert.That(send.Arguments[0].Key, Is.Null);
        Assert.That(send.Arguments[0].Value, Is.EqualTo("239.1.1.1:5004"));
        Assert.That(send.Arguments[1].Key!.Text, Is.EqualTo("ttl"));
        Assert.That(send.Arguments[1].Value, Is.EqualTo("4"));
    }

    [Test]
    public void Parse_TheArchitecturesExample_YieldsThreeChainsWithNamesAndLinkOptions()
    {
        var syntax = Parse("""
            udp.recv 239.1.1.1:5004 iface=eth0 | ts.monitor @mon | tee @t
                          @t |[256,drop-oldest] http.serve :8080/live.ts
                          @mon.alarms | console format=json
            """);

        Assert.That(syntax.Chains, Has.Count.EqualTo(3));
        Assert.That(((ElementSyntax)syntax.Chains[0].Items[1]).Label!.Text, Is.EqualTo("mon"));
        Assert.That(((ReferenceSyntax)syntax.Chains[1].Items[0]).Box, Is.Null);
        Assert.That(syntax.Chains[1].Links[0].Capacity, Is.EqualTo(256));
        Assert.That(syntax.Chains[1].Links[0].Policy, Is.EqualTo("drop-oldest"));
        var alarms = (ReferenceSyntax)syntax.Chains[2].Items[0];
        Assert.That((alarms.Name.Text, alarms.Box!.Text, alarms.BoxIndex), Is.EqualTo(("mon", "alarms", (int?)null)));
    }

    [TestCase("a | b\n| c", 1)]
    [TestCase("a |\n\n b | c", 1)]
    [TestCase("a | b # words | not; read\n  # a line of its own\n  | c", 1)]
    [TestCase("a | b\nc", 2)]
    [TestCase("a | b; c", 2)]
    [TestCase(";;\n a ;\n; b;", 2)]
    public void Parse_LineEnds_EndChainsUnlessAPipeStandsBesideThem(string text, int chains)
    {
        Assert.That(Parse(text).Chains, Has.Count.EqualTo(chains));
    }

    [Test]
    public void Parse_ABoxOfAnArray_IsNoComment()
    {
        var chain = ParseOneChain("@t.outbox#2 | null # two");

        var reference = (ReferenceSyntax)chain.Items[0];
        Assert.That((reference.Box!.Text, reference.BoxIndex), Is.EqualTo(("outbox", (int?)2)));
        Assert.That(((ElementSyntax)chain.Items[1]).Arguments, Is.Empty);
    }

    [TestCase("""x "a | b; c" """, "a | b; c")]
    [TestCase("""x 'say "hi"' """, "say \"hi\"")]
    [TestCase("""x "say \"hi\" \\ \n" """, "say \"hi\" \\ \n")]
    [TestCase("""x "C:\media\in.ts" """, "C:\\media\\in.ts")]
    [TestCase("""x "" """, "")]
    [TestCase("x it's.ts", "it's.ts")]
    [TestCase("x a#b", "a#b")]
    [TestCase("x \"a=b\"", "a=b")]
    [TestCase("x http://h/?q", "http://h/?q")]
    [TestCase("x [ff15::1]:5004", "[ff15::1]:5004")]
    [TestCase("x /tmp/a=b", "/tmp/a=b")]
    public void Parse_ABareOrQuotedWord_KeepsItsCharacters(string text, string value)
    {
        var argument = ((ElementSyntax)ParseOneChain(text).Items[0]).Arguments.Single();

        Assert.That((argument.Key, argument.Value), Is.EqualTo(((NameSyntax?)null, value)));
    }

    [TestCase("x key=\"a b\"", "key", "a b")]
    [TestCase("x key=", "key", "")]
    [TestCase("x key=a=b", "key", "a=b")]
    [TestCase("x url=http://h/?a=b", "url", "http://h/?a=b")]
    public void Parse_KeyAndValue_AreSplitAtTheFirstEqualsSign(string text, string key, string value)
    {
        var argument = ((ElementSyntax)ParseOneChain(text).Items[0]).Arguments.Single();

        Assert.That((argument.Key!.Text, argument.Value), Is.EqualTo((key, value)));
    }

    [TestCase("native:udp.send x:1", Twin.Native)]
    [TestCase("managed:udp.send x:1", Twin.Managed)]
    [TestCase("udp.send x:1", Twin.Auto)]
    public void Parse_APrefix_ChoosesTheTwin(string text, Twin twin)
    {
        var element = (ElementSyntax)ParseOneChain(text).Items[0];

        Assert.That((element.Twin, element.Component.Text), Is.EqualTo((twin, "udp.send")));
    }

    [TestCase("a |[256] b", 256, null, null)]
    [TestCase("a |[64KiB] b", null, 65536L, null)]
    [TestCase("a | [ 4k , 1MB , wait ] b", 4000, 1_000_000L, "wait")]
    [TestCase("a |[unbounded]\n b", null, null, "unbounded")]
    [TestCase("a |[keep-latest] b", null, null, "keep-latest")]
    public void Parse_LinkOptions_AreRead(string text, int? capacity, long? capacityBytes, string? policy)
    {
        var link = ParseOneChain(text).Links.Single();

        Assert.That((link.Capacity, link.CapacityBytes, link.Policy), Is.EqualTo((capacity, capacityBytes, policy)));
    }

    [TestCase("a = b", "KAM0101", 2, 1)]
    [TestCase("a b]c ]d", "KAM0101", 6, 1)]
    [TestCase("a \u201Cb\u201D", "KAM0101", 2, 1)]
    [TestCase("a b\"c", "KAM0101", 3, 1)]
    [TestCase("a \"b\"c", "KAM0101", 5, 1)]
    [TestCase("a \u0001", "KAM0101", 2, 1)]
    [TestCase("a \"b", "KAM0103", 2, 1)]
    [TestCase("a x='b", "KAM0103", 4, 1)]
    [TestCase("a |", "KAM0104", 2, 1)]
    [TestCase("| a", "KAM0104", 0, 1)]
    [TestCase("a | | b", "KAM0104", 4, 1)]
    [TestCase("a |; b", "KAM0104", 2, 1)]
    [TestCase("a |[keep-last] b", "KAM0107", 4, 9)]
    [TestCase("a |[0] b", "KAM0107", 4, 1)]
    [TestCase("a |[1,2] b", "KAM0107", 6, 1)]
    [TestCase("a |[] b", "KAM0107", 3, 2)]
    [TestCase("a |[256 b", "KAM0107", 3, 1)]
    [TestCase("a |[9,unbounded] b", "KAM0107", 3, 13)]
    [TestCase("nativ:a", "KAM0108", 0, 6)]
    [TestCase("a @x 1", "KAM0109", 5, 1)]
    [TestCase("a @x @y", "KAM0109", 5, 2)]
    [TestCase("@x 1", "KAM0109", 3, 1)]
    [TestCase("x=1 | a", "KAM0109", 0, 3)]
    [TestCase("1a | a", "KAM0109", 0, 2)]
    [TestCase("", "KAM0110", 0, 0)]
    [TestCase("# nothing\n\n", "KAM0110", 0, 0)]
    [TestCase("a @", "KAM0111", 2, 1)]
    [TestCase("a @x.box", "KAM0111", 2, 6)]
    [TestCase("@x.box#y | a", "KAM0111", 0, 8)]
    [TestCase("@x#2 | a", "KAM0111", 0, 4)]
    public void Parse_ABadText_IsOneDiagnosticAtItsExactPlace(string text, string code, int start, int length)
    {
        var diagnostics = new DiagnosticBag();

        Parser.Parse(text, diagnostics);

        var found = diagnostics.Items[0];
        Assert.That((found.Code.Id, found.Span.Start, found.Span.Length), Is.EqualTo((code, start, length)),
            found.Message);
    }

    [Test]
    public void Parse_HalfASurrogatePair_IsUnexpected() // Not a test case: an attribute cannot hold one.
    {
        var diagnostics = new DiagnosticBag();

        Parser.Parse("a " + (char)0xD800, diagnostics);

        Assert.That(diagnostics.Items.Single().Span, Is.EqualTo(new TextSpan(2, 1)));
    }

    [Test]
    public void Parse_SeveralErrors_AreAllReported()
    {
        var diagnostics = new DiagnosticBag();

        Parser.Parse("a |[x] b =1 | c\n | | nativ:d @", diagnostics);

        Assert.That(diagnostics.Items.Select(item => item.Code.Id),
            Is.EqualTo(["KAM0107", "KAM0101", "KAM0104", "KAM0108", "KAM0111"]));
    }

    internal static NotationSyntax Parse(string text)
    {
        var diagnostics = new DiagnosticBag();
        var syntax = Parser.Parse(text, diagnostics);
        Assert.That(diagnostics.Items, Is.Empty);
        return syntax;
    }

    private static ChainSyntax ParseOneChain(string text) => Parse(text).Chains.Single();
}
