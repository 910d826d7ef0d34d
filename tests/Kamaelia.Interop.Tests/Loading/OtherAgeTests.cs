using System.Runtime.InteropServices;
using System.Text;
using Kamaelia.Axon;
using static Kamaelia.Interop.Tests.NativeGraph;

namespace Kamaelia.Interop.Tests;

/// <summary>Libraries and plugins of another age: the first ABI is frozen in tests/native/abi/v1, later ones are made
/// here. Each is refused in words or works.</summary>
public sealed class OtherAgeTests : BalancedFixture
{
    private TemporaryFolder _folder = null!;

    private static string FirstAbi => Path.Combine(Repository.Root, "tests", "native", "abi");

    [OneTimeSetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [OneTimeTearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task PluginOfTheFirstAbi_InAManagedGraph_Works()
    {
        var source = Path.Combine(FirstAbi, "v1_plugin.cpp");
        NativeComponents.LoadPlugin(
            CCompiler.BuildLibraryFrom(_folder, "v1_plugin.so", source, Path.Combine(FirstAbi, "v1")));
        await using var graph = new Graph();
        var said = new List<string>();
        var doubler = NativeComponents.Create("v1.doubler", ("times", "2"));
        var sink = new TagSink { Look = chunk => said.Add(Encoding.UTF8.GetString(chunk.Span)) };
        graph.Pipe(new ChunkSource([Chunk.CopyOf("ab"u8), Chunk.CopyOf("c"u8)]), doubler, sink);

        await graph.RunToEndAsync();

        Assert.That(said, Is.EqualTo(new[] { "abab", "cc" }));
    }

    [Test]
    public void LibraryOfALaterMinor_WithAllOfOurs_IsTakenAndCanBeCalled()
    {
        var result = LibraryLoader.Load(Double("later.so", "1u << 16 | 40u"), [], systemSearch: false);

        Assert.That(result.IsLoaded, result.Error);
        Assert.That(result.AbiVersion, Is.EqualTo((1u << 16) | 40));
        Assert.That(Count(NativeLibrary.GetExport(result.Handle, "kam_type_count")), Is.GreaterThanOrEqualTo(10u));
    }

    [TestCase("0u << 16 | 9u", "0.9")]
    [TestCase("2u << 16", "2.0")]
    public void LibraryOfAnotherMajor_WithAllOfOurs_IsRefusedNamingBoth(string version, string words)
    {
        var path = Double($"other-{words}.so", version);

        var result = LibraryLoader.Load(path, [], systemSearch: false);

        Assert.That(result.IsLoaded, Is.False);
        Assert.That(result.Error, Does.Contain(words).And.Contain("needs 1.").And.Contain(path));
    }

    [Test]
    public void PluginOfAnotherMajor_IsRefusedNamingBoth()
    {
        var path = CCompiler.BuildLibrary(_folder, "of_another_age.so", """
            #include <kamaelia/component.h>
            uint32_t kam_plugin_abi_version(void) { return (KAM_ABI_MAJOR + 1) << 16; }
            kam_status kam_plugin_register(const kam_host *host, kam_error *error)
            {
                (void)host;
                (void)error;
                __builtin_trap();
            }
            """);

        Assert.That(() => NativeComponents.LoadPlugin(path), Throws.InstanceOf<NativeUnavailableException>()
            .With.Message.Contain("2.0").And.Message.Contain("1."));
    }

    private static unsafe uint Count(nint export) => ((delegate* unmanaged[Cdecl]<uint>)export)();

    /// <summary>Says another version and is ours in everything else: what it lacks is found in the library behind
    /// it.</summary>
    private string Double(string name, string version)
    {
        var ours = NativeLibraryInfo.Path!;
        return CCompiler.BuildLibraryFrom(_folder, name, _folder.File(name + ".c",
            $"#include <stdint.h>\nuint32_t kam_abi_version(void) {{ return {version}; }}\n"), null,
            "-Wl,--no-as-needed", ours, "-Wl,-rpath," + Path.GetDirectoryName(ours));
    }
}
