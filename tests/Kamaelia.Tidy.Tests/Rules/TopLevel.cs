namespace Kamaelia.Tidy.Tests.Rules;

/// <summary>The top of the repository holds what a newcomer needs to see, and nothing else.</summary>
public sealed class TopLevel : Rule
{
    private static readonly HashSet<string> s_allowed =
    [
        "src", "native", "interop", "tests", "benchmarks", ".ci",
        "CMakeLists.txt", "CMakePresets.json", "Kamaelia.sln", "build.sh", "build.ps1",
        "README.md", "LICENSE", "NOTICE",
        ".editorconfig", ".clang-format", ".clang-tidy", ".gitignore", ".gitattributes", "global.json",
        "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props",
    ];

    public override SourceFile Bad => Sample("notes.txt", "Remember the milk.");

    public override SourceFile Good => Sample("src/notes.txt", "Not at the top.");

    public override IEnumerable<string> Check(SourceFile file)
    {
        var top = file.Path.Split('/')[0];
        if (!s_allowed.Contains(top)) { yield return $"{file.Path}: '{top}' is not among what the top level holds"; }
    }
}
