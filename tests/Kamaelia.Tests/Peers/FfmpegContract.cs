using System.Diagnostics;
using Kamaelia.Axon;
using Kamaelia.Files;
using Kamaelia.Pacing;
using Kamaelia.Tests.Support;
using Kamaelia.Ts;

namespace Kamaelia.Tests.Peers;

/// <summary>The main job with a stranger at the other end: ffmpeg receives what we send and sends what we
/// receive.</summary>
[NonParallelizable]
public abstract class FfmpegContract(TwinMaker twins)
{
    private const string Group = "239.255.61.7";
    private const int Port = 5004;
    private string _folder = "";

    [SetUp]
    public void Prepare()
    {
        try
        {
            using var ffmpeg = Process.Start(new ProcessStartInfo("ffmpeg",
                "-version") { RedirectStandardOutput = true })!;
            ffmpeg.StandardOutput.ReadToEnd();
            ffmpeg.WaitForExit();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore("skipped, because ffmpeg is not installed");
        }
        _folder = Directory.CreateTempSubdirectory("kamaelia-").FullName;
    }

    [TearDown]
    public void CleanUp()
    {
        if (_folder.Length > 0)
            Directory.Delete(_folder, recursive: true);
        Graphs.AssertNothingLeft();
    }

    [Test]
    public async Task Send_PacedByPcr_FfmpegGetsEveryPacketWithoutAContinuityError()
    {
        using var spaces = NamespacePair.MakeOrSkip();
        string copy = Path.Combine(_folder, "out.ts");
        string raw = Path.Combine(_folder, "raw.ts");
        string from = $"udp://{Group}:{Port}?localaddr=10.61.7.2&buffer_size=4000000&fifo_size=100000&timeout=3000000";
        using var ffmpeg = NamespacePair.Start(spaces.B, "ffmpeg", "-hide_banner", "-nostdin", "-y", "-i", from,
            "-map", "0", "-c", "copy", copy);
        using var other = NamespacePair.Start(spaces.B, "ffmpeg", "-hide_banner", "-nostdin", "-y", "-f", "data", "-i",
            from + "&reuse=1",
            "-map", "0", "-c", "copy", "-f", "data", raw);
        await Graphs.UntilAsync(() => NamespacePair.Joined(spaces.B, Group) == 2, "both to join the group");

        await SendAsync(spaces.A);

        string said = await ffmpeg.EndAsync();
        await other.EndAsync();
        Assert.That(said, Does.Not.Contain("Continuity").And.Not.Contain("corrupt").And.Not.Contain("discontinuity"));
        Assert.That(File.ReadAllBytes(raw), Is.EqualTo(TsBuilder.Sample()), "the packets as they are on the wire");
        Assert.That(Analyse(File.ReadAllBytes(copy)).IsClean, Is.True, "what ffmpeg made of it");
        Assert.That(await HashAsync(copy), Is.EqualTo(await HashAsync(TsBuilder.SamplePath)), "picture and sound");
    }

    [Test]
    public async Task Receive_FromFfmpeg_EveryPacketIsThereAndInOrder()
    {
        using var spaces = NamespacePair.MakeOrSkip();
        string path = Path.Combine(_folder, "received.ts");
        string sent = Path.Combine(_folder, "sent.ts");
        var receiver = NamespacePair.Inside(spaces.B, () => twins.Make("udp.recv", ("address", $"{Group}:{Port}"),
            ("iface", "e0"), ("idle_timeout", "1500ms")));
        var checker = new TsChecker();
        await using (var graph = new Graph("receive"))
        {
            graph.Add(new NamespacePair.Entrance(spaces.B));
            graph.Pipe(receiver, checker, new FileWriter(path));
            graph.Start();
            await Graphs.UntilAsync(() => NamespacePair.Joined(spaces.B, Group) == 1, "udp.recv to join the group");
            // The same muxer writes a file beside it: what was sent, byte for byte.
            string to = $"[f=mpegts]udp\\://{Group}\\:{Port}?pkt_size=1316&localaddr=10.61.7.1|[f=mpegts]{sent}";
            using var ffmpeg = NamespacePair.Start(spaces.A, "ffmpeg", "-hide_banner", "-nostdin", "-y", "-readrate",
                "5",
                "-i", TsBuilder.SamplePath, "-map", "0", "-c", "copy", "-f", "tee", to);
            await ffmpeg.EndAsync();
            await graph.Completion.WaitAsync(Graphs.Bound);
        }
        Assert.That(checker.Result!.IsClean, Is.True, checker.Result.ToString());
        Assert.That(await HashAsync(path), Is.EqualTo(await HashAsync(TsBuilder.SamplePath)), "picture and sound");
        Assert.That(new FileInfo(path).Length, Is.EqualTo(new FileInfo(sent).Length), "bytes received of those sent");
    }

    private async Task SendAsync(string space)
    {
        var sender = NamespacePair.Inside(space, () =>
            twins.Make("udp.send", ("address", $"{Group}:{Port}"), ("iface", "e0")));
        await using var graph = new Graph("send");
        graph.Add(new NamespacePair.Entrance(space));
        graph.Pipe(new FileReader(TsBuilder.SamplePath), new PcrPacer { Speed = 5 }, sender);
        await graph.RunAsync().WaitAsync(Graphs.Bound);
    }

    private static TsReport Analyse(byte[] bytes)
    {
        var analysis = new TsAnalysis();
        analysis.Add(bytes, 0);
        analysis.Finish(0);
        return analysis.Report();
    }

    /// <summary>One digest a stream over the payload of its packets: what a decoder would see.</summary>
    private static async Task<string> HashAsync(string path)
    {
        var start = new ProcessStartInfo("ffmpeg", ["-v", "error", "-nostdin", "-i", path, "-map", "0", "-c", "copy",
            "-f", "streamhash", "-"])
        { RedirectStandardOutput = true };
        using var ffmpeg = Process.Start(start)!;
        string hashes = await ffmpeg.StandardOutput.ReadToEndAsync().WaitAsync(Graphs.Bound);
        Assert.That(hashes, Does.Contain("0,v,").And.Contain("1,a,"));
        return hashes;
    }
}

[TestFixture]
internal sealed class ManagedFfmpegTests() : FfmpegContract(TwinMaker.Managed);

[TestFixture]
internal sealed class NativeFfmpegTests() : FfmpegContract(TwinMaker.Native);
