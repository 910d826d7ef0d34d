using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Kamaelia.Axon;

namespace Kamaelia.Tests.Peers;

/// <summary>Two network namespaces joined by a pair of virtual interfaces, which this makes and removes.</summary>
/// <remarks>Interface e0 in each; 10.61.7.1 and fd61::1 in <see cref="A"/>, 10.61.7.2 and fd61::2 in <see cref="B"/>;
/// multicast goes through e0. </remarks>
internal sealed partial class NamespacePair : IDisposable
{
    private NamespacePair(string name)
    {
        A = $"{name}-a";
        B = $"{name}-b";
    }

    public string A { get; }

    public string B { get; }

    /// <summary>Makes the pair, or skips the test with the reason.</summary>
    public static NamespacePair MakeOrSkip()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Ignore("skipped, because network namespaces need Linux");
        if (Environment.UserName != "root")
            Assert.Ignore("skipped, because network namespaces need root");
        var pair = new NamespacePair($"kamt{Environment.ProcessId}");
        try
        {
            Ip($"netns add {pair.A}");
            Ip($"netns add {pair.B}");
            Ip($"link add e0 netns {pair.A} type veth peer name e0 netns {pair.B}");
            foreach (var (space, host) in new[] { (pair.A, 1), (pair.B, 2) })
            {
                Ip($"-n {space} addr add 10.61.7.{host}/24 dev e0");
                Ip($"-n {space} addr add fd61::{host}/64 dev e0 nodad");
                Ip($"-n {space} link set lo up");
                Ip($"-n {space} link set e0 up");
                Ip($"-n {space} route add 224.0.0.0/4 dev e0");
            }
            return pair;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            pair.Dispose();
            Assert.Ignore($"skipped, because this machine allows no network namespaces: {e.Message}");
            throw;
        }
    }

    /// <summary>Starts a program in one of them.</summary>
    public static Peer Start(string space, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("ip", ["netns", "exec", space, program, .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        return new Peer(Process.Start(start)!, $"{program} {string.Join(' ', arguments)}");
    }

    /// <summary>How many sockets in that namespace have joined the group.</summary>
    public static int Joined(string space, string group)
    {
        // /proc/net/igmp: the group as eight hexadecimal digits, last byte first, and then its users.
        string wanted = string.Concat(IPAddress.Parse(group).GetAddressBytes().Reverse().Select(part => $"{part:X2}"));
        var words = Ip($"netns exec {space} cat /proc/net/igmp").Split((char[]?)null,
            StringSplitOptions.RemoveEmptyEntries);
        int at = Array.IndexOf(words, wanted);
        return at < 0 ? 0 : int.Parse(words[at + 1], CultureInfo.InvariantCulture);
    }

    /// <summary>Runs a function on a thread of that namespace: sockets it opens belong there.</summary>
    public static T Inside<T>(string space, Func<T> function)
    {
        T result = default!;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter(space);
                result = function();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result : throw failure;
    }

    public void Dispose()
    {
        foreach (string space in new[] { A, B })
        {
            try
            {
                Ip($"netns del {space}");
            }
            catch (InvalidOperationException)
            {
                // It was never made.
            }
        }
    }

    /// <summary>The first component of a graph: takes the scheduler's thread, and so every socket opened on it, into a
    /// namespace. The thread ends with the graph.</summary>
    public sealed class Entrance(string space) : Component
    {
        protected override Run RunAsync(CancellationToken stop)
        {
            Enter(space);
            return Run.Completed;
        }
    }

    private static void Enter(string space)
    {
        using var file = File.OpenHandle($"/run/netns/{space}");
        if (SetNamespace((int)file.DangerousGetHandle(), 0x40000000) != 0) // CLONE_NEWNET
            throw new InvalidOperationException($"setns {space}: errno {Marshal.GetLastPInvokeError()}");
    }

    private static string Ip(string arguments)
    {
        var start = new ProcessStartInfo("ip", arguments) { RedirectStandardError = true,
            RedirectStandardOutput = true };
        using var ip = Process.Start(start)!;
        string output = ip.StandardOutput.ReadToEnd();
        string error = ip.StandardError.ReadToEnd();
        if (!ip.WaitForExit(10_000) || ip.ExitCode != 0)
            throw new InvalidOperationException($"ip {arguments}: {error.Trim()}");
        return output;
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int file, int kind);
}
