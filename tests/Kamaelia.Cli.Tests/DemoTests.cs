using System.Net;
using System.Net.Sockets;

namespace Kamaelia.Cli.Tests;

/// <summary>The main job between two processes on this machine.</summary>
public sealed class DemoTests
{
    [TestCase("--managed")]
    [TestCase("--native")]
    public async Task Demo_OfTheSample_ArrivesWhole(string way)
    {
        if (way == "--native")
            ExitCodeTests.NeedsNative();
        NeedsMulticastOnLoopback();

        var result = await ToolProcess.RunAsync("demo", way, "--speed", "4");

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Done), result.ToString());
        Assert.That(result.Output, Does.Match(@"packets sent\s+1331").And.Match(@"packets received\s+1331"));
        Assert.That(result.Output, Does.Match(@"bytes identical\s+yes").And.Match(@"continuity errors\s+0"));
        Assert.That(result.Output, Does.Match(@"chunks leaked\s+0"));
    }

    private static void NeedsMulticastOnLoopback()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Any, 0));
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership,
                new MulticastOption(IPAddress.Parse("239.255.77.77"), IPAddress.Loopback));
        }
        catch (SocketException e)
        {
            Assert.Ignore($"skipped, because no group can be joined on the loopback interface: {e.Message}");
        }
    }
}
