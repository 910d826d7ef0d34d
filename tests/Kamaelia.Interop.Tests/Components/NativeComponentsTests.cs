using Kamaelia.Axon;

namespace Kamaelia.Interop.Tests;

/// <summary>The registry: what types there are, plugins, and making components.</summary>
public sealed class NativeComponentsTests
{
    [Test]
    public void Types_OfTheLibrary_AreReadAsData()
    {
        var type = NativeComponents.Find("counter.source")!;

        Assert.That(type.IsSource);
        Assert.That(type.Sentence, Is.Not.Empty);
        Assert.That(type.Ports, Has.Count.EqualTo(1));
        Assert.That(type.Ports[0].Name, Is.EqualTo("outbox"));
        Assert.That(type.Ports[0].Direction, Is.EqualTo(PortDirection.Out));
        Assert.That(type.Ports[0].MessageType, Is.EqualTo(typeof(Chunk)));
        var option = type.Options.Single(option => option.Name == "n");
        Assert.That(option.Kind, Is.EqualTo(NativeOptionKind.Int));
        Assert.That(option.DefaultText, Is.EqualTo("1000"));
        Assert.That(option.IsRequired, Is.False);
    }

    [Test]
    public void Types_OfTheLibrary_AllHaveSentences() => Assert.Multiple(() =>
    {
        Assert.That(NativeComponents.Types, Is.Not.Empty);
        foreach (var type in NativeComponents.Types)
        {
            Assert.That(type.Sentence, Is.Not.Empty, type.Name);
            foreach (var port in type.Ports)
                Assert.That(port.Sentence, Is.Not.Empty, $"{type.Name}.{port.Name}");
            foreach (var option in type.Options)
                Assert.That(option.Sentence, Is.Not.Empty, $"{type.Name} {option.Name}");
        }
    });

    [Test]
    public void LoadPlugin_OfASharedLibrary_AddsItsTypes()
    {
        TrialPlugin.Load();

        var type = NativeComponents.Find("trial.fail")!;
        Assert.That(type.Sentence, Is.EqualTo("Passes some chunks, then fails."));
        Assert.That(type.Ports.Select(port => port.Name), Is.EqualTo(new[] { "inbox", "outbox" }));
        Assert.That(type.Ports[0].Format, Is.EqualTo("bytes"));
        Assert.That(type.Options[0].IsRequired && type.Options[0].IsPositional);
        Assert.That(NativeComponents.Find("trial.tick")!.Ports[0].IsOptional);
    }

    [Test]
    public void LoadPlugin_Twice_ChangesNothing()
    {
        var path = TrialPlugin.Load();
        var before = NativeComponents.Types.Count;

        NativeComponents.LoadPlugin(path);

        Assert.That(NativeComponents.Types, Has.Count.EqualTo(before));
    }

    [Test]
    public void LoadPlugin_OfNoFile_NamesIt()
    {
        var problem = Assert.Throws<FileNotFoundException>(() => NativeComponents.LoadPlugin("/nowhere/plugin.so"))!;

        Assert.That(problem.Message, Does.Contain("/nowhere/plugin.so"));
    }

    [Test]
    public void LoadPlugin_OfALibraryThatIsNone_SaysWhatItLacks()
    {
        using var folder = new TemporaryFolder();
        var path = CCompiler.BuildLibrary(folder, "other.so", "int other(void) { return 1; }\n");

        var problem = Assert.Throws<NativeUnavailableException>(() => NativeComponents.LoadPlugin(path))!;

        Assert.That(problem.Message, Does.Contain("kam_plugin_abi_version").And.Contain(path));
    }

    [Test]
    public void LoadPlugin_OfAnotherAbi_NamesBothVersions()
    {
        using var folder = new TemporaryFolder();
        var path = CCompiler.BuildLibrary(folder, "old.so",
            "unsigned kam_plugin_abi_version(void) { return 7u << 16; }\n"
            + "int kam_plugin_register(void *host, void *error) { (void)host; (void)error; return 0; }\n");

        var problem = Assert.Throws<NativeUnavailableException>(() => NativeComponents.LoadPlugin(path))!;

        Assert.That(problem.Message, Does.Contain("7.0").And.Contain("1."));
    }

    [Test]
    public void Create_OfNoType_NamesThoseThereAre()
    {
        var problem = Assert.Throws<ArgumentException>(() => NativeComponents.Create("no.such"))!;

        Assert.That(problem.Message, Does.Contain("'no.such'").And.Contain("counter.source"));
    }

    [Test]
    public void Create_WithAnUnknownOption_NamesIt()
    {
        var problem = Assert.Throws<ArgumentException>(() => NativeComponents.Create("counter.source", ("nn", "3")))!;

        Assert.That(problem.Message, Does.Contain("nn"));
    }

    [Test]
    public void Create_WithAValueThatDoesNotRead_NamesTheOption()
    {
        var problem = Assert.Throws<ArgumentException>(() => NativeComponents.Create("counter.source", ("n", "many")))!;

        Assert.That(problem.Message, Does.Contain("n").And.Contain("many"));
    }

    [Test]
    public void Create_WithoutARequiredOption_NamesIt()
    {
        TrialPlugin.Load();

        var problem = Assert.Throws<ArgumentException>(() => NativeComponents.Create("trial.fail"))!;

        Assert.That(problem.Message, Does.Contain("after"));
    }

    [Test]
    public void Create_ThatNativeCodeRefuses_CarriesItsSentence()
    {
        TrialPlugin.Load();

        var problem = Assert.Throws<ArgumentException>(() => NativeComponents.Create("trial.refused"))!;

        Assert.That(problem.Message, Does.Contain("it never wants to be made"));
    }

    [Test]
    public void Component_BeforeItRuns_ShowsItsPortsAndBoxes()
    {
        TrialPlugin.Load();
        using var merge = NativeComponents.Create("trial.merge");

        Assert.That(merge.Type.Name, Is.EqualTo("trial.merge"));
        Assert.That(merge.Name, Does.StartWith("trial.merge-"));
        Assert.That(merge.PortInfos.Select(port => port.Name),
            Is.EqualTo(new[] { "outbox", "first", "second", "control", "signal" }));
        Assert.That(merge.In("second"), Is.SameAs(merge.FindInbox("second")));
        Assert.That(merge.Out(), Is.SameAs(merge.FindOutbox("outbox")));
        Assert.That(() => merge.In("third"), Throws.ArgumentException.With.Message.Contain("second"));
        Assert.That(merge.Counters, Has.Count.EqualTo(1));
    }

    [Test]
    public void Dispose_OfAComponentThatNeverRan_FreesItOnce()
    {
        var component = NativeComponents.Create("counter.source");

        component.Dispose();

        Assert.That(component.Dispose, Throws.Nothing);
        Assert.That(component.Counters.Select(counter => counter.Key), Does.Contain("chunks"));
    }
}
