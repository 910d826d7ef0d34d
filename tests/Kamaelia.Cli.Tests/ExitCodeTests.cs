using System.Net;
using System.Net.Sockets;

namespace Kamaelia.Cli.Tests;

public sealed class ExitCodeTests
{
    [Test]
    public async Task Run_AFileToAFile_IsDoneAndIdentical()
    {
        string copy = Path.Combine(ToolProcess.Folder, "copy.ts");

        var result = await ToolProcess.RunAsync(
            "run", $"file.read {ToolProcess.Sample} | ts.check | file.write {copy}");

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Done), result.ToString());
        Assert.That(result.Error + result.Output, Is.Empty);
        Assert.That(File.ReadAllBytes(copy), Is.EqualTo(File.ReadAllBytes(ToolProcess.Sample)));
    }

    [Test]
    public async Task Run_ToTheConsole_WritesDataAndNothingElse()
    {
        string text = Path.Combine(ToolProcess.Folder, "text.txt");
        await File.WriteAllTextAsync(text, "one\ntwo\n");

        var result = await ToolProcess.RunAsync("run", "-f", "-", "--stats");
        var fromInput = await ToolProcess.RunAsync(
            ["run", "-f", "-", "--stats"], $"file.read {text}\n | console # a line");

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Usage), "An empty text has nothing to run.");
        Assert.That(fromInput.ExitCode, Is.EqualTo(ExitCodes.Done), fromInput.ToString());
        Assert.That(fromInput.Output, Is.EqualTo("one\ntwo\n"));
        Assert.That(fromInput.Error, Does.Contain("stats").And.Contain("file.read -> console"));
    }

    [TestCase("file.read in.ts | udp.sned 239.1.1.1:5004", ExitCodes.Usage, "did you mean 'udp.send'?")]
    [TestCase("file.read in.ts |", ExitCodes.Usage, "KAM0104")]
    [TestCase("file.read in.ts chunk=many | null", ExitCodes.Usage, "KAM0203")]
    [TestCase("pace pcr speed=fast | null", ExitCodes.Usage, "KAM0203")]
    [TestCase("file.read in.ts", ExitCodes.GraphInvalid, "KAM0301")]
    [TestCase("file.read in.ts | file.read in.ts | null", ExitCodes.GraphInvalid, "KAM0303")]
    [TestCase("file.read in.ts | ts.check @c | null; @c.report | file.write out.txt", ExitCodes.GraphInvalid,
        "KAM0304")]
    [TestCase("managed:file.read missing.ts | null", ExitCodes.ResourceUnavailable, "KAM0401")]
    public async Task Run_ABadText_HasACodeACaretAndAnExitCode(string text, int exitCode, string shown)
    {
        var result = await ToolProcess.RunAsync("run", text);

        Assert.That(result.ExitCode, Is.EqualTo(exitCode), result.ToString());
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.Error, Does.Contain(shown).And.Contain("^").And.Not.Contain("\e"));
        Assert.That(File.Exists(Path.Combine(ToolProcess.Folder, "out.txt")), Is.False);
    }

    [Test]
    public async Task Run_AMissingFile_HasTheCaretUnderItsName()
    {
        var result = await ToolProcess.RunAsync("run", "file.read missing.ts | null");

        Assert.That(result.Error.ReplaceLineEndings("\n"), Is.EqualTo("""
            error KAM0401: There is no file 'missing.ts'.
             --> text:1:11
              |
            1 | file.read missing.ts | null
              |           ^^^^^^^^^^

            """.ReplaceLineEndings("\n")));
    }

    [TestCase("native:")]
    [TestCase("managed:")]
    public async Task Run_AnAddressInUse_IsAResourceUnavailable(string prefix)
    {
        if (prefix == "native:")
            NeedsNative();
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)holder.LocalEndPoint!).Port;

        var result = await ToolProcess.RunAsync("run", $"{prefix}udp.recv 127.0.0.1:{port} | null");

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.ResourceUnavailable), result.ToString());
        Assert.That(result.Error, Does.Contain(new string('^', $"127.0.0.1:{port}".Length)));
    }

    [TestCase("native:tcp.serve")]
    [TestCase("managed:tcp.serve")]
    [TestCase("tcp.listen")]
    public async Task Run_AStreamAddressInUse_IsAResourceUnavailable(string component)
    {
        if (component.StartsWith("native:", StringComparison.Ordinal))
            NeedsNative();
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        holder.Listen();
        int port = ((IPEndPoint)holder.LocalEndPoint!).Port;

        var result = await ToolProcess.RunAsync("run",
            $"file.read {ToolProcess.Sample} | {component} 127.0.0.1:{port}");

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.ResourceUnavailable), result.ToString());
        Assert.That(result.Error, Does.Contain("another port")
            .And.Contain(new string('^', $"127.0.0.1:{port}".Length)));
    }

    [Test]
    public async Task Run_AConnectionRefused_IsAResourceUnavailable()
    {
        var result = await ToolProcess.RunAsync("run", "tcp.connect 127.0.0.1:1 | null");

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.ResourceUnavailable), result.ToString());
        Assert.That(result.Error, Does.Contain("retry=").And.Contain("^^^^"));
    }

    [Test]
    public async Task Run_AComponentThatFaults_IsFaultedUnderItsName()
    {
        string text = Path.Combine(ToolProcess.Folder, "no-clock.txt");
        await File.WriteAllBytesAsync(text, new byte[100_000]);

        var result = await ToolProcess.RunAsync("run", $"file.read {text} | pace pcr | null");

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Faulted), result.ToString());
        Assert.That(result.Error, Does.Contain("KAM0501").And.Contain("^^^^"));
    }

    [TestCase("--native", "file.read in.ts | null")]
    [TestCase("--quiet", "file.read in.ts | native:udp.send 127.0.0.1:9")]
    public async Task Run_NativeWhereThereIsNoLibrary_IsNativeAndSaysWhatWasTried(string option, string text)
    {
        string nowhere = Path.Combine(ToolProcess.Folder, "no-such-library.so");

        var result = await ToolProcess.RunAsync(["run", option, text], null, nowhere);

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Native), result.ToString());
    }

    [Test]
    public async Task Run_AutoWhereThereIsNoLibrary_RunsTheManagedTwin()
    {
        string nowhere = Path.Combine(ToolProcess.Folder, "no-such-library.so");

        var result = await ToolProcess.RunAsync(
            ["run", $"file.read {ToolProcess.Sample} | framer | deframer | null"], null, nowhere);

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Done), result.ToString());
    }

    [TestCase(ExitCodes.Usage)]
    [TestCase(ExitCodes.Usage, "ru")]
    [TestCase(ExitCodes.Usage, "run")]
    [TestCase(ExitCodes.Usage, "run", "--nonsense", "null")]
    [TestCase(ExitCodes.Usage, "run", "--native", "--managed", "null")]
    [TestCase(ExitCodes.Usage, "run", "--grace", "long", "null")]
    [TestCase(ExitCodes.Usage, "run", "--schedulers", "0", "null")]
    [TestCase(ExitCodes.Usage, "graph", "--format", "png", "null")]
    [TestCase(ExitCodes.Usage, "inspect", "udp.sned")]
    [TestCase(ExitCodes.Usage, "demo", "--speed", "fast")]
    [TestCase(ExitCodes.ResourceUnavailable, "run", "missing.kam")]
    [TestCase(ExitCodes.ResourceUnavailable, "run", "-f", "missing.txt")]
    [TestCase(ExitCodes.ResourceUnavailable, "run", "--plugin", "missing.so", "null")]
    [TestCase(ExitCodes.ResourceUnavailable, "demo", "missing.ts")]
    public async Task Tool_AWrongCommandLine_SaysSoOnTheStandardError(int exitCode, params string[] arguments)
    {
        var result = await ToolProcess.RunAsync(arguments);

        Assert.That(result.ExitCode, Is.EqualTo(exitCode), result.ToString());
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.Error, Does.Contain("error"));
    }

    internal static void NeedsNative()
    {
        if (!Kamaelia.Interop.NativeLibraryInfo.IsAvailable)
            Assert.Ignore($"skipped, because {Kamaelia.Interop.NativeLibraryInfo.Error}");
    }
}
