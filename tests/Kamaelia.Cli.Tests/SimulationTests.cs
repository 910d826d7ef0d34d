using System.Text.RegularExpressions;

namespace Kamaelia.Cli.Tests;

/// <summary><c>kamaelia run --sim</c>.</summary>
public sealed partial class SimulationTests
{
    private static readonly string s_stream = $"file.read {ToolProcess.Sample} | pace pcr | "
        + "udp.send 239.9.9.9:5004; udp.recv 239.9.9.9:5004 idle_timeout=1s | ts.check | console format=json";

    [Test]
    public async Task Sim_SameSeedTwice_IsTheSameRun()
    {
        var first = await ToolProcess.RunAsync("run", "--sim", "--seed", "7", s_stream);
        var second = await ToolProcess.RunAsync("run", "--sim", "--seed", "7", s_stream);
        var other = await ToolProcess.RunAsync("run", "--sim", "--seed", "8", s_stream);

        Assert.That(first.ExitCode, Is.EqualTo(ExitCodes.Done), first.ToString());
        Assert.That(Summary().IsMatch(first.Error), Is.True, first.Error);
        Assert.That(second.Error, Is.EqualTo(first.Error));
        Assert.That(second.Output, Is.EqualTo(first.Output).And.Not.Empty);
        Assert.That(other.Error, Is.Not.EqualTo(first.Error));
    }

    [Test]
    public async Task Sim_OfAFile_ReadsItForRealAndWritesNothing()
    {
        var result = await ToolProcess.RunAsync("run", "--sim",
            $"file.read {ToolProcess.Sample} | file.write sim-out.ts");

        Assert.That(result.Error, Does.Contain($"sim-out.ts: {new FileInfo(ToolProcess.Sample).Length} bytes"));
        Assert.That(File.Exists(Path.Combine(ToolProcess.Folder, "sim-out.ts")), Is.False);
    }

    [Test]
    public async Task Sim_OfWhatNeverEnds_IsStoppedAtItsLimit()
    {
        var result = await ToolProcess.RunAsync("run", "--sim", "--sim-limit", "60s", "udp.recv :5004 | null");

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Done), result.ToString());
        Assert.That(result.Error, Does.Contain("stopping"));
    }

    [Test]
    public async Task Sim_OfANativeComponent_IsRefusedInItsPlace()
    {
        var result = await ToolProcess.RunAsync("run", "--sim", "native:udp.recv :5004 | null");

        bool isLoaded = Interop.NativeLibraryInfo.IsAvailable;
        Assert.That(result.ExitCode, Is.EqualTo(isLoaded ? ExitCodes.GraphInvalid : ExitCodes.Native),
            result.ToString());
        if (isLoaded)
            Assert.That(result.Error, Does.Contain("KAM0308").And.Contain("udp.recv is native"));
    }

    [TestCase("run --sim --native null", "--native and --sim exclude each other")]
    [TestCase("run --seed 5 null", "--seed and --sim-limit go with --sim")]
    [TestCase("run --sim --sim-limit soon null", "--sim-limit is a time such as 60s")]
    public async Task Sim_BadOptions_AreRefused(string arguments, string said)
    {
        var result = await ToolProcess.RunAsync(arguments.Split(' '));

        Assert.That(result.Error, Does.Contain(said));
        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Usage));
    }

    [Test]
    public async Task Sim_OfAMissingFile_IsUnavailableInItsPlace()
    {
        var result = await ToolProcess.RunAsync("run", "--sim", "file.read nowhere.ts | null");

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.ResourceUnavailable), result.ToString());
        Assert.That(result.Error, Does.Contain("There is no file 'nowhere.ts'."));
    }

    [GeneratedRegex(@"sim: seed=7 time=[0-9.]+s steps=[0-9]+ trace=[0-9a-f]{16}\n$")]
    private static partial Regex Summary();
}
