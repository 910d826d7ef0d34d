using System.Text.RegularExpressions;

namespace Kamaelia.Axon.Tests;

/// <summary>tests/Parity.md names tests; a table of names that do not exist would prove nothing.</summary>
public sealed partial class ParityTests
{
    [Test]
    public void EveryTestNamed_InParity_Exists()
    {
        var folder = TestsFolder();
        var fixtures = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
            .ToLookup(Path.GetFileNameWithoutExtension, File.ReadAllText);

        var missing = Named().Matches(File.ReadAllText(Path.Combine(folder, "Parity.md")))
            .Where(match => !fixtures[match.Groups[1].Value].Any(text => text.Contains($" {match.Groups[2].Value}(")))
            .Select(match => match.Value);

        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void EveryLine_OfATable_HasAnAnswer()
    {
        var rows = File.ReadLines(Path.Combine(TestsFolder(), "Parity.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Where(line => !line.StartsWith("| original", StringComparison.Ordinal))
            .ToArray();

        Assert.That(rows, Has.Length.GreaterThan(80));
        Assert.That(rows.Where(row => !Answer().IsMatch(row)), Is.Empty);
    }

    // Not from the compiler's file path: a build server maps it away.
    private static string TestsFolder()
    {
        string? folder = TestContext.CurrentContext.TestDirectory;
        for (; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Kamaelia.sln")))
                return Path.Combine(folder, "tests");
        }
        throw new InvalidOperationException("The tests do not run inside the repository.");
    }

    [GeneratedRegex(@"`(\w+(?:Tests|Contract))\.(\w+)`")]
    private static partial Regex Named();

    // A test, or one of the two words that a reason starts with.
    [GeneratedRegex(@"\| (.*`\w+(?:Tests|Contract)\.\w+`.*|Differs: .+|Not yet built: .+) \|$")]
    private static partial Regex Answer();
}
