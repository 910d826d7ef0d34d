using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Kamaelia.Interop;

namespace Kamaelia.Cli;

/// <summary>One thing that was looked at.</summary>
/// <param name="IsGood">Nothing to do.</param>
/// <param name="Subject">What it is.</param>
/// <param name="Text">What was found; if it is not good, also what to do.</param>
internal sealed record Finding(bool IsGood, string Subject, string Text);

/// <summary>Looks at what streams need of a machine. Changes nothing; sends one datagram to itself.</summary>
internal static class Doctor
{
    private const long SocketBufferBytesWanted = 4 << 20; // What udp.recv asks for: 0.3 s of 100 Mbit/s.

    public static async Task<IReadOnlyList<Finding>> ExamineAsync(CancellationToken stop) =>
    [
        new(true, "tool", $"{ToolVersion.Text}, {RuntimeInformation.FrameworkDescription}, "
            + RuntimeInformation.RuntimeIdentifier),
        NativeLibrary(),
        Cores(),
        KernelLimit("rmem_max", "receive"),
        KernelLimit("wmem_max", "send"),
        MulticastRoute(),
        await MulticastLoopbackAsync(stop),
        await FfmpegAsync(stop),
    ];

    private static Finding NativeLibrary() => NativeLibraryInfo.IsAvailable
        ? new(true, "native library", $"ABI {NativeLibraryInfo.AbiVersion}, {NativeLibraryInfo.Path}")
        : new(false, "native library", $"{NativeLibraryInfo.Error} The managed twins run instead; build it with "
            + $"`./build.sh native`, or name its file in {NativeLibraryInfo.PathVariable}.");

    private static Finding Cores() => Environment.ProcessorCount > 1
        ? new(true, "cores", $"{Environment.ProcessorCount}")
        : new(false, "cores", "1: a sender and a receiver on this machine share it, so keep rates low.");

    private static Finding KernelLimit(string name, string direction)
    {
        string path = $"/proc/sys/net/core/{name}";
        string subject = $"socket {direction} buffer";
        if (!OperatingSystem.IsLinux())
            return new(true, subject, "not looked at on this system");
        if (!File.Exists(path) || !long.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out long bytes))
            return new(false, subject, $"{path} cannot be read here; on the host `sysctl net.core.{name}` shows it.");
        return bytes >= SocketBufferBytesWanted
            ? new(true, subject, $"up to {bytes / 1024} KiB")
            : new(false, subject, $"up to {bytes / 1024} KiB, so bursts may be lost; as root: "
                + $"sysctl -w net.core.{name}={SocketBufferBytesWanted}");
    }

    /// <summary>A group is joined and sent to where the routing table says, unless iface= names an interface.</summary>
    private static Finding MulticastRoute()
    {
        const string Subject = "multicast route";
        const string Remedy = "none: give iface= to udp.send and udp.recv, or as root: "
            + "ip route add 239.0.0.0/8 dev eth0";
        if (!OperatingSystem.IsLinux() || !File.Exists("/proc/net/route"))
            return new(true, Subject, "not looked at on this system");
        foreach (string line in File.ReadLines("/proc/net/route").Skip(1))
        {
            string[] columns = line.Split('\t', StringSplitOptions.TrimEntries);
            if (columns.Length < 8 || !TryHex(columns[1], out uint network) || !TryHex(columns[7], out uint mask))
                continue;
            // The table is in network order as read on a little-endian machine: 239.0.0.0 is 0x000000EF.
            const uint Group = 0x000000EF;
            if ((Group & mask) == network)
                return new(true, Subject, $"through {columns[0]}{(mask == 0 ? " (the default route)" : "")}");
        }
        return new(false, Subject, Remedy);
    }

    private static bool TryHex(string text, out uint value) =>
        uint.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out value);

    private static async Task<Finding> MulticastLoopbackAsync(CancellationToken stop)
    {
        const string Subject = "multicast on this machine";
        var group = IPAddress.Parse("239.255.77.77");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(TimeSpan.FromSeconds(1));
        try
        {
            using var receiver = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            receiver.Bind(new IPEndPoint(IPAddress.Any, 0));
            receiver.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership,
                new MulticastOption(group, IPAddress.Loopback));
            using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            sender.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface,
                IPAddress.Loopback.GetAddressBytes());
            sender.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, 0);
            int port = ((IPEndPoint)receiver.LocalEndPoint!).Port;
            await sender.SendToAsync("kamaelia"u8.ToArray(), new IPEndPoint(group, port), limit.Token);
            int bytes = await receiver.ReceiveAsync(new byte[64], limit.Token);
            return new(bytes == 8, Subject, "a datagram to 239.255.77.77 came back over the loopback interface");
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            string why = e is OperationCanceledException ? "nothing came back within a second" : e.Message;
            return new(false, Subject, $"{why}; `kamaelia demo` needs it: is the loopback interface up?");
        }
    }

    private static async Task<Finding> FfmpegAsync(CancellationToken stop)
    {
        const string Subject = "ffmpeg";
        try
        {
            using var process = Process.Start(new ProcessStartInfo("ffmpeg", "-hide_banner -version")
                { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string? line = await process.StandardOutput.ReadLineAsync(stop);
            await process.StandardOutput.ReadToEndAsync(stop);
            await process.WaitForExitAsync(stop);
            return new(true, Subject, line ?? "found");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return new(false, Subject,
                "not found; it is not needed to stream, only to make and check media: apt install ffmpeg");
        }
    }
}
