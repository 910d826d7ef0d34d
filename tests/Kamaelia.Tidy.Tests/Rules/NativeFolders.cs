using System.Text.RegularExpressions;

namespace Kamaelia.Tidy.Tests.Rules;

/// <summary>An operating system's #ifdef is in native/src/platform and nowhere else.</summary>
public sealed partial class PlatformStaysInPlatform : Rule
{
    // What an export looks like to each compiler has to be said in the contract itself.
    private const string Contract = "native/include/kamaelia/abi.h";

    public override SourceFile Bad => Sample("native/src/net/socket.cpp", "#if defined(__linux__)", "#endif");

    public override SourceFile Good => Sample("native/src/platform/socket.cpp", "#if defined(__linux__)", "#endif");

    public override IEnumerable<string> Check(SourceFile file)
    {
        if (!file.IsCpp || !file.IsUnder("native/") || file.IsUnder("native/src/platform/") || file.Path == Contract)
        {
            yield break;
        }
        for (var i = 0; i < file.Lines.Length; i++)
        {
            if (PlatformTest().IsMatch(file.Lines[i])) { yield return At(file, i, file.Lines[i].Trim()); }
        }
    }

    [GeneratedRegex(@"^\s*#\s*(if|ifdef|ifndef|elif)\b.*"
        + @"\b(_WIN32|_WIN64|WIN32|__linux__|__APPLE__|__unix__|__FreeBSD__|__ANDROID__)\b")]
    private static partial Regex PlatformTest();
}

/// <summary>Exports are in native/src/abi: what is C to the outside is in one place.</summary>
public sealed class ExternCStaysInAbi : Rule
{
    public override SourceFile Bad => Sample("native/src/net/udp.cpp",
        "extern \"C\" int kam_udp_send(void) { return 0; }");

    public override SourceFile Good => Sample("native/src/net/udp.cpp",
        "// Not extern \"C\": see abi/udp.cpp.", "int send();");

    public override IEnumerable<string> Check(SourceFile file)
    {
        if (!file.IsCpp || !file.IsUnder("native/src/") || file.IsUnder("native/src/abi/")) { yield break; }
        for (var i = 0; i < file.Lines.Length; i++)
        {
            var line = file.Lines[i].TrimStart();
            if (line.StartsWith("extern \"C\"", StringComparison.Ordinal)) { yield return At(file, i, "extern \"C\""); }
        }
    }
}

/// <summary>The contract is C: a header of native/include/kamaelia can be read by a C compiler.</summary>
public sealed partial class ContractIsC : Rule
{
    public override SourceFile Bad => Sample("native/include/kamaelia/ring.h",
        "typedef struct kam_ring { volatile long tail; } kam_ring;");

    public override SourceFile Good => Sample("native/include/kamaelia/ring.h",
        "/* No long here. */", "typedef uint64_t kam_tail;");

    public override IEnumerable<string> Check(SourceFile file)
    {
        if (!file.Is(".h") || !file.IsUnder("native/include/kamaelia/")) { yield break; }
        var lines = CppCode.WithoutCommentsAndStrings(file.Text).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (Unfit().Match(lines[i]) is { Success: true } m)
            {
                yield return At(file, i, $"{m.Value} in the contract");
            }
        }
    }

    // Their size or meaning differs between compilers and languages (style.md, The C header is the contract).
    [GeneratedRegex(@"\b(bool|size_t|long|volatile|_Atomic|alignas|class|template|namespace)\b")]
    private static partial Regex Unfit();
}
