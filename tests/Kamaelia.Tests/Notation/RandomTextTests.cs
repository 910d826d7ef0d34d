using CsCheck;
using Kamaelia.Notation;

namespace Kamaelia.Tests.Notation;

/// <summary>Whatever the text: no exception, and every diagnostic has a place within it and can be shown.</summary>
public sealed class RandomTextTests
{
    // Mostly the notation's own signs, so that the parser gets deep; sometimes any character at all.
    private static readonly string[] s_pieces =
    [
        "|", "|", "[", "]", "@", "#", ";", "\n", "\r\n", " ", " ", "\"", "'", "=", ".", ",", ":", "\\", "a", "tee",
        "udp.send", "native:", "@t", "@t.outbox#1", "256", "64KiB", "wait", "ttl=4", "x=\"y z\"",
        "{", "}", "restart", "restart a", " {", "max=2", "queue=drop",
    ];

    internal static readonly Gen<string> Text = Gen.Frequency(
        (6, Gen.Int[0, s_pieces.Length - 1].Select(index => s_pieces[index])),
        (1, Gen.String[Gen.Char, 0, 3])).List[0, 40].Select(pieces => string.Concat(pieces));

    [Test]
    public void Parse_RandomText_ReportsPlacesWithinTheText()
    {
        Text.Sample(text =>
        {
            var diagnostics = new DiagnosticBag();
            var syntax = Parser.Parse(text, diagnostics);
            var source = new SourceText(text);
            var renderer = new DiagnosticRenderer(source, useColour: true);
            return diagnostics.Items.All(item => IsWithin(item.Span, text) && renderer.Render(item).Contains('^'))
                && syntax.Chains.All(chain => chain.Items.Count == chain.Links.Count + 1)
                && syntax.Chains.SelectMany(chain => chain.Items).All(item => IsWithin(item.Span, text))
                && (diagnostics.HasErrors || syntax.Chains.Count > 0);
        }, iter: 20_000);
    }

    internal static bool IsWithin(TextSpan span, string text) =>
        span.Start >= 0 && span.Length >= 0 && span.End <= text.Length;
}
