using Kamaelia.Benchmarks.Results;
using static Kamaelia.Benchmarks.Tests.SomeResults;

namespace Kamaelia.Benchmarks.Tests;

/// <summary>The page, and the tables that other pages take from the results.</summary>
public sealed class PageTests
{
    [Test]
    public void Page_OfResults_HasATableACase_AndThePlotsItNames()
    {
        using var folder = new TemporaryFolder();
        var file = File(
            Entry() with { ToRival = new RelationEntry("Channels", 0.1, 0.2) }, Entry("Channels", 100, role: "rival"),
            Point("async", 1, 10), Point("async", 10, 11));
        file = file with { Missing = [new MissingEntry("peers", "a case", "ffmpeg", "skipped: not installed", false)] };

        Page.Write(file, folder.Path);

        var page = System.IO.File.ReadAllText(folder.At("results.md"));
        Assert.That(page, Does.Contain("## pipeline").And.Contain("### 10 stages, batch 64")
            .And.Contain("| **async** | 10.0 | 9.00 .. 12.0 | 10.0 | 0 | 0.10 | 0.20 |")
            .And.Contain("| 10 | 11.0 |").And.Contain("ffmpeg: skipped: not installed").And.Contain("A Processor"));
        foreach (var plot in page.Split("](").Skip(1).Select(p => p.Split(')')[0]).Where(p => p.EndsWith(".svg")))
            Assert.That(folder.At(plot), Does.Exist);
    }

    [Test]
    public void Readme_OfResults_HasTheRowsThatThereAreFiguresFor()
    {
        var text = Publisher.ReadmeText(File(
            Entry() with { ToRival = new RelationEntry("Channels, bounded 128", 0.1, 0.2) },
            Entry("Channels, bounded 128", 100, role: "rival")));

        Assert.That(text, Does.Contain(
            "| message-hop, 10 stages, batch 64 | async 10.0 (0.10) | Channels 100 |"));
        Assert.That(text, Does.Not.Contain("token ring"));
    }

    [Test]
    public void Block_OfAPage_IsReplacedAndTheRestStays()
    {
        var page = $"before\n{Block.BeginMark("x")}\nold\n{Block.EndMark("x")}\nafter\n";

        var after = Block.Replace(page, "x", "new");

        Assert.That(after, Is.EqualTo($"before\n{Block.BeginMark("x")}\nnew\n{Block.EndMark("x")}\nafter\n"));
        Assert.That(Block.Find(after, "x"), Is.EqualTo("new\n"));
        Assert.That(() => Block.Replace("no marks", "x", "new"), Throws.TypeOf<UsageException>());
    }

    [Test]
    public void Published_TablesOfThePages_AreThoseOfTheCheckedInResults()
    {
        var root = RepositoryRoot();
        var file = ResultsFile.Read(Path.Combine(root, Publisher.PublishedFolder, ResultsFile.FileName));

        var readme = Block.Find(Text(root, Publisher.Readme), ReadmeBlock.Name);
        var porting = Block.Find(Text(root, Publisher.Porting), PortingBlock.Name);

        Assert.That(readme, Is.EqualTo(Publisher.ReadmeText(file)), "./build.sh bench --readme writes it");
        Assert.That(porting, Is.EqualTo(PortingBlock.Text(file)), "./build.sh bench --readme writes it");
        Assert.That(readme!.Split('\n').Count(l => l.StartsWith('|')), Is.GreaterThan(12));
        Assert.That(Text(root, $"{Publisher.PublishedFolder}/{Page.FileName}"), Is.EqualTo(Page.Text(file)));
    }

    private static string Text(string root, string path) => System.IO.File.ReadAllText(Path.Combine(root, path));

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder!.FullName, "Kamaelia.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
