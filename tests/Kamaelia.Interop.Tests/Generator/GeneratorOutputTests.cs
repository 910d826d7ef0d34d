namespace Kamaelia.Interop.Tests;

/// <summary>What the generator writes, from small headers and from the project's own.</summary>
public sealed class GeneratorOutputTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    private string Generated(params string[] lines)
    {
        var run = GeneratorRun.OnHeader(_folder, lines);
        Assert.That(run.ExitCode, Is.Zero, run.Errors);
        return Read("interop/Kamaelia.Interop/Generated/trial.cs");
    }

    private string Read(string path) => File.ReadAllText(Path.Combine(_folder.Path, path));

    [Test]
    public void Project_HeadersAndGeneratedFiles_Agree()
    {
        var run = GeneratorRun.Of("--check", "--root", Repository.Root);

        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Errors);
    }

    [Test]
    public void ClangSharpResponseFile_ListsEveryHeader()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "interop", "clangsharp", "kamaelia.rsp"));
        var headers = Directory.GetFiles(Path.Combine(Repository.Include, "kamaelia"), "*.h")
            .Select(file => "../../native/include/kamaelia/" + Path.GetFileName(file)).Order(StringComparer.Ordinal);

        // Twice: once to be read, once to be written out.
        Assert.That(lines.Where(line => line.EndsWith(".h", StringComparison.Ordinal)),
            Is.EqualTo(headers.Concat(headers)));
    }

    [Test]
    public void Check_AfterAChangedHeader_IsRefusedByTheHeadersOwnAssertion()
    {
        CopyProject();
        Assert.That(GeneratorRun.Of("--check", "--root", _folder.Path).ExitCode, Is.Zero);
        var header = Path.Combine(_folder.Path, "native", "include", "kamaelia", "ring.h");
        File.WriteAllText(header, File.ReadAllText(header).Replace("int32_t reader; ", "int64_t reader; "));

        var run = GeneratorRun.Of("--check", "--root", _folder.Path);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Errors, Does.Contain("kam_ring is frozen"));
    }

    [Test]
    public void Check_AfterAnAddedConstant_ShowsTheLines()
    {
        CopyProject();
        var header = Path.Combine(_folder.Path, "native", "include", "kamaelia", "ring.h");
        File.WriteAllText(header, File.ReadAllText(header)
            .Replace("#define KAM_WAIT_READER 1u", "#define KAM_WAIT_ELSE 2u\n#define KAM_WAIT_READER 1u"));

        var run = GeneratorRun.Of("--check", "--root", _folder.Path);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Output, Does.Match(@"(?m)^\+\d+:     public const uint KAM_WAIT_ELSE = 2;$"));
        Assert.That(run.Output, Does.Contain("KAM_STATIC_ASSERT(KAM_WAIT_ELSE == 2u"));
        Assert.That(run.Output, Does.Not.Match(@"(?m)^-\d"), "nothing was removed");
    }

    [Test]
    public void Check_WithAMirrorWhoseHeaderIsGone_NamesIt()
    {
        CopyProject();
        _folder.File("interop/Kamaelia.Interop/Generated/gone.cs", "// nothing\n");

        var run = GeneratorRun.Of("--check", "--root", _folder.Path);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Output, Does.Contain("Generated/gone.cs"));
    }

    [Test]
    public void Struct_WithPointersArraysAndFunctions_KeepsNamesTypesAndComments()
    {
        var text = Generated(
            "/* A thing,",
            " * in two lines with <angles>. */",
            "typedef struct kam_thing {",
            "    const char *name; /* Its name. */",
            "    uint8_t bytes[3];",
            "    struct kam_thing *others[2];",
            "    int32_t (*act)(struct kam_thing *self, double by);",
            "    int64_t in;",
            "} kam_thing;");

        Assert.That(text, Does.Contain("/// A thing,\n/// in two lines with &lt;angles&gt;.\n"));
        Assert.That(text, Does.Contain("/// <summary>Its name.</summary>\n    public byte* name;"));
        Assert.That(text, Does.Contain("[InlineArray(3)]\n    public struct bytes_array"));
        Assert.That(text, Does.Contain("public kam_thing* e1;"));
        Assert.That(text, Does.Contain("public delegate* unmanaged[Cdecl]<kam_thing*, double, int> act;"));
        Assert.That(text, Does.Contain("public long @in;"));
    }

    [Test]
    public void Function_WithTypedefs_IsImportedWithPlainNumbers()
    {
        var text = Generated(
            "typedef int32_t kam_status;",
            "typedef void (*kam_done)(void *user);",
            "/* Does it. */",
            "kam_status kam_do(uint16_t count, kam_done done, const uint64_t *ref);",
            "static inline int32_t kam_local(void) { return 1; }");

        Assert.That(text, Does.Contain("/// <summary>Does it.</summary>\n    [LibraryImport(\"libkamaelia\")]"));
        Assert.That(text, Does.Contain(
            "partial int kam_do(ushort count, delegate* unmanaged[Cdecl]<void*, void> done, ulong* @ref);"));
        Assert.That(text, Does.Not.Contain("kam_local"));
    }

    [Test]
    public void Constants_OfEveryKind_KeepTheirTypeAndValue()
    {
        var text = Generated(
            "#define KAM_ONE 1",
            "#define KAM_MASK (0xffu << 8) /* Which bits. */",
            "#define KAM_BIG UINT64_C(0x8000000000000000)",
            "#define KAM_LOW (-KAM_ONE - 1)",
            "#define KAM_HALF 0.5",
            "#define KAM_NAME \"kam\\\"aelia\"",
            "#define KAM_API __attribute__((visibility(\"default\")))",
            "#define KAM_CALL(x) (x)",
            "enum { KAM_FIRST = -3, KAM_SECOND };");

        Assert.That(text, Does.Contain("public const int KAM_ONE = 1;"));
        Assert.That(text, Does.Contain("<summary>Which bits.</summary>\n    public const uint KAM_MASK = 65280;"));
        Assert.That(text, Does.Contain("public const ulong KAM_BIG = 9223372036854775808;"));
        Assert.That(text, Does.Contain("public const int KAM_LOW = -2;"));
        Assert.That(text, Does.Contain("public const double KAM_HALF = 0.5;"));
        Assert.That(text, Does.Contain("ReadOnlySpan<byte> KAM_NAME => \"kam\\\"aelia\"u8;"));
        Assert.That(text, Does.Contain("public const int KAM_FIRST = -3;"));
        Assert.That(text, Does.Contain("public const int KAM_SECOND = -2;"));
        Assert.That(text, Does.Not.Contain("KAM_API").And.Not.Contain("KAM_CALL"));
    }

    [Test]
    public void LayoutHeader_OfAStructWithPadding_AssertsDotNetsOffsets()
    {
        Generated("struct kam_pad { uint8_t a; uint32_t b; uint8_t c[3]; double d; uint16_t e; };");

        var text = Read("native/src/abi/generated/kam_layout_check.h");
        Assert.That(text, Does.Contain("sizeof(kam_pad) == 32"));
        foreach (var (field, offset) in new[] { ("a", 0), ("b", 4), ("c", 8), ("d", 16), ("e", 24) })
            Assert.That(text, Does.Contain($"offsetof(kam_pad, {field}) == {offset},"));
        Assert.That(text, Does.Contain("STRUCT(kam_pad, 7)"));
    }

    [Test]
    public void Options_Unknown_AreRefusedWithTheHelp()
    {
        var run = GeneratorRun.Of("--chekc");

        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Errors, Does.Contain("'--chekc'").And.Contain("--check"));
    }

    [Test]
    public void Help_IsAnswered()
    {
        var run = GeneratorRun.Of("--help");

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Contain("--root"));
    }

    private void CopyProject()
    {
        foreach (var folder in new[]
        {
            "native/include/kamaelia", "native/src/abi/generated", "interop/Kamaelia.Interop/Generated",
            "tests/Kamaelia.Interop.Tests/Generated",
        })
        {
            foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, folder)))
                _folder.File($"{folder}/{Path.GetFileName(file)}", File.ReadAllText(file));
        }
    }
}
