using Kamaelia.Catalogue;
using Kamaelia.Interop;

namespace Kamaelia.Tests.Catalogue;

public sealed class CatalogueTests
{
    private static IEnumerable<string> Names() => ComponentCatalogue.Default.Entries.Select(entry => entry.Name);

    private static IEnumerable<string> NamesOfTwins() => ComponentCatalogue.Default.Entries
        .Where(entry => entry is { Native: not null, Managed: not null }).Select(entry => entry.Name);

    [TestCaseSource(nameof(Names))]
    public void Entry_OfTheDefault_CanBeMadeWithItsExamples(string name)
    {
        var entry = ComponentCatalogue.Default.Find(name)!;
        foreach (var twin in new[] { entry.Managed, entry.Native }.OfType<ComponentTwin>().SelectMany(
            twin => twin.Variants.Append(twin)))
        {
            var component = twin.Create(OptionValues.Examples(twin.Info));
            (component as IDisposable)?.Dispose();

            Assert.That(twin.Ports.Select(port => port.Sentence), Has.All.Not.Empty);
            Assert.That(twin.Info.Options.Count(option => option.IsPositional), Is.LessThanOrEqualTo(1));
            Assert.That(twin.Info.Options.Where(option => option.Default is not null),
                Has.All.Matches<OptionInfo>(option => OptionText.Problem(option!, option!.Default!) is null));
        }
    }

    [Test]
    public void Default_WhereTheLibraryLoads_HasTwins()
    {
        if (!NativeLibraryInfo.IsAvailable)
            Assert.Ignore($"skipped, because {NativeLibraryInfo.Error}");

        Assert.That(NamesOfTwins(), Is.SupersetOf((string[])["udp.send", "udp.recv", "framer", "deframer"]));
    }

    [Test]
    public void Twins_OfEveryName_HaveTheSamePortsAndOptions()
    {
        foreach (string name in NamesOfTwins())
        {
            var entry = ComponentCatalogue.Default.Find(name)!;

            Assert.That(Describe(entry.Native!), Is.EqualTo(Describe(entry.Managed!)), name);
        }
    }

    [Test]
    public void Add_ANameTwice_IsRefused()
    {
        var catalogue = new ComponentCatalogue();
        var info = new ComponentInfo("x", "For the test.");
        catalogue.Add(info, _ => throw new InvalidOperationException());

        Assert.Throws<ArgumentException>(() => catalogue.Add(info, _ => throw new InvalidOperationException()));
        Assert.DoesNotThrow(() => catalogue.AddNative(info, [], [], _ => throw new InvalidOperationException()));
    }

    private static string[] Describe(ComponentTwin twin) =>
    [
        .. twin.Ports.Select(port => $"{port.Direction} {port.Name} {port.MessageType} {port.Format} {port.IsOptional}")
            .Order(),
        .. twin.Info.Options.Select(option =>
            $"{option.Name} {option.Kind} [{option.Default}] {option.IsRequired} {option.IsPositional}"),
    ];
}
