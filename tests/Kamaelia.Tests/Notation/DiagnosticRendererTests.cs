using Kamaelia.Notation;

namespace Kamaelia.Tests.Notation;

public sealed class DiagnosticRendererTests
{
    [Test]
    public void Render_WithoutColour_PutsTheCaretUnderThePlace()
    {
        Assert.That(Render("tee\n\tudp.sned :1", new TextSpan(5, 8)), Is.EqualTo("""
            error KAM0102: No.
             --> in.kam:2:2
              |
            2 |  udp.sned :1
              |  ^^^^^^^^ did you mean 'udp.send'?

            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public void Render_WideCharacters_CountTwoColumns()
    {
        string[] lines = Render("x 映画.ts y", new TextSpan(8, 1)).Split('\n');

        Assert.That(lines[4], Does.StartWith("  |           ^ did"));
    }

    [Test]
    public void Render_ALongLine_IsCutAroundThePlace()
    {
        string text = new string('a', 500) + " HERE " + new string('b', 500);

        string[] lines = Render(text, new TextSpan(501, 4)).Split('\n');

        Assert.That(lines[3].Length, Is.LessThanOrEqualTo(160 + 4));
        Assert.That(lines[3].Substring(lines[4].IndexOf('^'), 4), Is.EqualTo("HERE"));
    }

    [Test]
    public void Render_ControlCharacters_AreNotGivenToTheTerminal()
    {
        Assert.That(Render("x \e[2J", new TextSpan(2, 1)), Does.Not.Contain('\e'));
    }

    [Test]
    public void Render_WithColour_PaintsAndResets()
    {
        var diagnostic = new Diagnostic(DiagnosticCode.UnknownComponent, "No.", new TextSpan(0, 1));

        string text = new DiagnosticRenderer(new SourceText("x"), useColour: true).Render(diagnostic);

        Assert.That(text, Does.StartWith("\e[1;31merror KAM0102\e[0m"));
        Assert.That(text.Split("\e[0m"), Has.Length.EqualTo(text.Split('\e').Length / 2 + 1));
    }

    [Test]
    public void Codes_OfTheTable_AreUniqueAndSayWhatToDo()
    {
        Assert.That(DiagnosticCode.All.Select(code => code.Id), Is.Ordered.And.Unique);
        Assert.That(DiagnosticCode.All, Has.All.Matches<DiagnosticCode>(code => code!.Help.EndsWith('.')));
    }

    [Test]
    public void Codes_DeclaredAsFields_AreAllInTheTable()
    {
        var declared = typeof(DiagnosticCode).GetFields().Where(field => field.FieldType == typeof(DiagnosticCode))
            .Select(field => (DiagnosticCode)field.GetValue(null)!);

        Assert.That(DiagnosticCode.All, Is.EquivalentTo(declared));
    }

    private static string Render(string text, TextSpan span) => new DiagnosticRenderer(new SourceText(text, "in.kam"))
        .Render(new Diagnostic(DiagnosticCode.UnknownComponent, "No.", span)
            { Suggestion = "did you mean 'udp.send'?" });
}
