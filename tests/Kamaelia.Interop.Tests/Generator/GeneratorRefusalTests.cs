namespace Kamaelia.Interop.Tests;

/// <summary>What has no safe mirror is refused, and the message says where it stands.</summary>
public sealed class GeneratorRefusalTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [TestCase("struct kam_t { long a; };", "long")]
    [TestCase("struct kam_t { unsigned long *a; };", "unsigned long")]
    [TestCase("struct kam_t { long double a; };", "long double")]
    [TestCase("struct kam_t { _Bool a; };", "bool")]
    [TestCase("struct kam_t { __int128 a; };", "__int128")]
    [TestCase("struct kam_t { uint8_t a : 3; uint16_t b : 9; };", "'a' is a bit-field")]
    [TestCase("struct kam_t { uint32_t a : 3; };", "'a' is a bit-field")]
    [TestCase("struct kam_t { uint8_t a; uint32_t b; } __attribute__((packed));", "packed")]
    [TestCase("struct kam_t { uint8_t a; uint32_t b __attribute__((packed)); };", "packed")]
    [TestCase("struct kam_t { uint32_t a; } __attribute__((aligned(64)));", "aligned")]
    [TestCase("struct kam_t { _Alignas(32) uint32_t a; };", "aligned")]
    [TestCase("struct kam_t { union { uint32_t a; float b; }; };", "union")]
    [TestCase("struct kam_t { union { uint32_t a; float b; } u; };", "union")]
    [TestCase("union kam_t { uint32_t a; float b; };", "union")]
    [TestCase("struct kam_t { struct { uint32_t a; }; };", "inside a struct")]
    [TestCase("struct kam_t { struct { uint32_t a; } s; };", "inside a struct")]
    [TestCase("typedef struct { uint32_t a; } kam_t;", "anonymous struct")]
    [TestCase("struct kam_t { volatile uint32_t a; };", "volatile")]
    [TestCase("struct kam_t { _Atomic uint32_t a; };", "atomics")]
    [TestCase("struct kam_t { uint32_t n; uint8_t rest[]; };", "array without a size")]
    [TestCase("struct kam_t { int32_t a[2][3]; };", "array of arrays")]
    [TestCase("enum kam_e { KAM_A }; struct kam_t { enum kam_e a; };", "enum")]
    [TestCase("enum kam_e { KAM_A = 1ll << 40 };", "no int")]
    [TestCase("typedef unsigned long size_t; void kam_f(size_t n);", "size_t")]
    [TestCase("void kam_f(const char *format, ...);", "variadic")]
    [TestCase("void kam_f();", "prototype")]
    [TestCase("extern int32_t kam_v;", "variable")]
    [TestCase("#define KAM_X unsigned int", "KAM_X")]
    [TestCase("#define KAM_X 1l", "KAM_X")]
    public void Header_WithWhatHasNoSafeMirror_IsRefusedWithItsPlace(string line, string word)
    {
        var run = GeneratorRun.OnHeader(_folder, "", line);

        Assert.That(run.ExitCode, Is.EqualTo(1), run.Output);
        Assert.That(run.Errors, Does.StartWith("kamaelia/trial.h:3: ").And.Contain(word));
    }

    [Test]
    public void Header_ThatDoesNotCompile_IsRefusedWithItsPlace()
    {
        var run = GeneratorRun.OnHeader(_folder, "struct kam_t { kam_unknown a; };");

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Errors, Does.StartWith("kamaelia/trial.h:2: ").And.Contain("kam_unknown"));
    }

    [Test]
    public void Refusal_OfOneHeader_WritesNothing()
    {
        GeneratorRun.OnHeader(_folder, "struct kam_t { long a; };");

        Assert.That(Directory.Exists(Path.Combine(_folder.Path, "interop")), Is.False);
    }
}
