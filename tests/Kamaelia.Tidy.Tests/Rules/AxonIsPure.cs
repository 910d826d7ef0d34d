using System.Text.RegularExpressions;

namespace Kamaelia.Tidy.Tests.Rules;

/// <summary>Axon has no package, no native code and no I/O: it runs wherever .NET does.</summary>
public sealed partial class AxonIsPure : Rule
{
    public override SourceFile Bad => Sample("src/Kamaelia.Axon/Leak.cs",
        "class Leak { byte[] a = File.ReadAllBytes(\"a\"); }");

    public override SourceFile Good => Sample("src/Kamaelia.Axon/Words.cs",
        "// Not File.Read.", "class Words { string a = \"Socket\"; }");

    public override IEnumerable<string> Check(SourceFile file)
    {
        if (!file.IsUnder("src/Kamaelia.Axon/")) { yield break; }
        if (file.Is(".csproj") && file.Text.Contains("<PackageReference", StringComparison.Ordinal))
        {
            yield return $"{file.Path}: Axon has no package";
        }
        if (!file.IsCSharp) { yield break; }
        var lines = CSharpCode.WithoutCommentsAndStrings(file.Text);
        for (var i = 0; i < lines.Length; i++)
        {
            if (Outside().Match(lines[i]) is { Success: true } m) { yield return At(file, i, $"{m.Value} in Axon"); }
        }
    }

    [GeneratedRegex(@"\b(DllImport|LibraryImport|NativeLibrary|System\.Net|System\.IO\.(File|Directory|Pipes)\w*"
        + @"|(File|Directory|Path|Console|Process)\.[A-Z]\w*"
        + @"|(File|Network)Stream|Socket|HttpClient|StreamReader|StreamWriter)\b")]
    private static partial Regex Outside();
}
