using System.Diagnostics;

namespace Kamaelia.Samples.Tests;

/// <summary>Every sample is built, run, and prints exactly what its expected.txt says.</summary>
public sealed class SampleTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private static string Root() => Path.Combine(Repository.Root, "src", "Samples");

    public static IEnumerable<string> Samples() => Directory.GetDirectories(Root())
        .Where(d => Directory.GetFiles(d, "*.csproj").Length > 0).Select(d => Path.GetFileName(d)).Order();

    [Test]
    public void Samples_AreThere_AndEachHasItsReadmeAndOutput()
    {
        Assert.That(Samples().Count(), Is.GreaterThanOrEqualTo(3));
        foreach (string sample in Samples())
        {
            Assert.That(File.Exists(Path.Combine(Root(), sample, "README.md")), sample);
            Assert.That(File.Exists(Path.Combine(Root(), sample, "expected.txt")), sample);
        }
    }

    [TestCaseSource(nameof(Samples))]
    public async Task Sample_Run_PrintsWhatItsExpectedTextSays(string sample)
    {
        string folder = Path.Combine(Root(), sample);
        string name = Path.GetFileNameWithoutExtension(Directory.GetFiles(folder, "*.csproj").Single());
        string configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/'))!);
        string program = Path.Combine(folder, "bin", configuration, "net10.0", name + ".dll");
        Assert.That(File.Exists(program), $"{program} was not built");

        using var process = Process.Start(new ProcessStartInfo("dotnet", [program])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var limit = new CancellationTokenSource(s_limit);
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            Assert.Fail($"{sample} did not end within {s_limit.TotalSeconds} s");
        }

        Assert.That(process.ExitCode, Is.Zero, await errors);
        string expected = await File.ReadAllTextAsync(Path.Combine(folder, "expected.txt"));
        Assert.That(Lines(await output), Is.EqualTo(Lines(expected)));
    }

    private static string[] Lines(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
