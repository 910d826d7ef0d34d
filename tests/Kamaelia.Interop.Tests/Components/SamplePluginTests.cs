using System.Text;
using Kamaelia.Axon;
using static Kamaelia.Interop.Tests.NativeGraph;

namespace Kamaelia.Interop.Tests;

/// <summary>The sample of native/samples, built against the public headers only, in a graph of C#.</summary>
public sealed class SamplePluginTests : BalancedFixture
{
    private TemporaryFolder _folder = null!;

    [OneTimeSetUp]
    public void BuildAndLoad()
    {
        _folder = new TemporaryFolder();
        var source = Path.Combine(Repository.Root, "native", "samples", "uppercase", "uppercase.cpp");
        NativeComponents.LoadPlugin(CCompiler.BuildLibraryFrom(_folder, "uppercase.so", source));
    }

    [OneTimeTearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task Uppercase_BetweenManagedComponents_TurnsLines()
    {
        await using var graph = new Graph();
        var lines = new List<string>();
        var source = new ChunkSource(Enumerable.Range(0, 1000)
            .Select(i => Chunk.CopyOf(Encoding.UTF8.GetBytes($"line {i} é")).With(ptsNs: i, tag: (uint)i)));
        var uppercase = NativeComponents.Create("sample.uppercase", ("suffix", "!"));
        var sink = new TagSink { Look = chunk => lines.Add(Encoding.UTF8.GetString(chunk.Span)) };
        graph.Pipe(source, uppercase, sink);

        await graph.RunToEndAsync();

        Assert.That(lines, Is.EqualTo(Enumerable.Range(0, 1000).Select(i => $"LINE {i} é!")));
        Assert.That(uppercase.Counters, Does.Contain(KeyValuePair.Create("lines", 1000L)));
    }

    [Test]
    public void Type_OfTheSample_IsData()
    {
        var type = NativeComponents.Find("sample.uppercase")!;

        Assert.That(type.Ports.Select(port => port.Format), Is.All.EqualTo("text"));
        Assert.That(type.Options.Single().Name, Is.EqualTo("suffix"));
    }
}
