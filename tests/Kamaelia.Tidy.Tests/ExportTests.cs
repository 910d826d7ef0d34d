using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Kamaelia.Tidy.Tests;

/// <summary>The headers, the linker's export list and the built library name the same functions.</summary>
[TestFixture]
public sealed partial class ExportTests
{
    private const string Map = "native/kamaelia.map";

    [Test]
    public void ExportList_BesideTheHeaders_NamesTheSame()
    {
        var headers = Repository.Files.Where(f => f.IsUnder("native/include/kamaelia/") && f.Is(".h"));
        var declared = headers.SelectMany(f => Declared(f.Text)).ToList();
        Assert.That(declared, Is.Not.Empty);
        Assert.That(declared, Is.EquivalentTo(Listed(Text(Map))));
    }

    [Test]
    public void Library_AsBuilt_ExportsWhatTheListNames()
    {
        var architecture = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();
        var library = Repository.At("artifacts", "native", $"linux-{architecture}", "libkamaelia.so");
        if (!File.Exists(library)) { Assert.Ignore("skipped, because no libkamaelia.so was built here"); }
        var nm = ProcessRun.Try("nm", Repository.Root, "-D", "--defined-only", library);
        if (nm == null) { Assert.Ignore("skipped, because nm is not here"); }
        Assert.That(Exported(nm!.Output), Is.EquivalentTo(Listed(Text(Map))));
    }

    [Test]
    public void Exported_WithASymbolTooMany_HasIt()
    {
        const string Output = "0000000000001100 T kam_abi_version@@KAMAELIA_1\n0000000000001200 W _ZSt4move\n";
        Assert.That(Exported(Output), Is.EqualTo(new[] { "kam_abi_version", "_ZSt4move" }));
    }

    [Test]
    public void Declared_AcrossLinesAndInComments_IsEachDeclarationOnce()
    {
        const string Header = "/* KAM_API int kam_not(void); */\n"
            + "KAM_API kam_status\n    kam_a_b(int a);\nKAM_API void *kam_c(void);\n";
        Assert.That(Declared(Header), Is.EqualTo(new[] { "kam_a_b", "kam_c" }));
    }

    private static string Text(string path) => Repository.Files.Single(f => f.Path == path).Text;

    private static IEnumerable<string> Declared(string header) =>
        Declaration().Matches(CppCode.WithoutCommentsAndStrings(header)).Select(m => m.Groups[1].Value);

    private static IEnumerable<string> Listed(string map) => ListedName().Matches(map).Select(m => m.Groups[1].Value);

    // A version node is listed as an absolute symbol (A): it is not a function.
    private static IEnumerable<string> Exported(string nm) => nm.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(' ')).Where(parts => parts[^2] != "A").Select(parts => parts[^1].Split('@')[0]);

    [GeneratedRegex(@"KAM_API\s[^;{]*?\b(kam_\w+)\s*\(", RegexOptions.Singleline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^\s+(kam_\w+);", RegexOptions.Multiline)]
    private static partial Regex ListedName();
}
