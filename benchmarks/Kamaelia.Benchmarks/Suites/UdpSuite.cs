using System.Globalization;
using System.Net;
using Kamaelia.Axon;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Parts;
using Kamaelia.Benchmarks.Processes;
using Kamaelia.Benchmarks.Rivals;
using Kamaelia.Catalogue;
using Kamaelia.Interop;
using Kamaelia.Net;

namespace Kamaelia.Benchmarks.Suites;

/// <summary>Datagrams of 1,316 bytes to a multicast group on the loopback interface, and from it.</summary>
/// <remarks>
/// Sending is measured with nobody listening: what the sender costs; "gso" in C sends one block of 64 KiB over and
/// over, "parts" a block each. What is received comes from a plain loop in
/// another process, which on two cores is slower than most receivers: compare CPU ns there, and look at the loss.
/// </remarks>
internal sealed class UdpSuite : ISuite
{
    private const int PayloadBytes = 1316;
    private const string PlainName = "plain Socket loop";

    private static readonly IPEndPoint s_group = new(IPAddress.Parse("239.255.77.31"), 45077);
    private static readonly HostPort s_address = new(s_group.Address.ToString(), s_group.Port);

    public string Name => "udp";

    public string Sentence => "multicast on loopback, 1,316 bytes: packets sent and received, native and managed";

    public IEnumerable<Group> Groups(Scale scale)
    {
        yield return new Group(Name, "send by multicast on loopback", "packet", [.. Senders()])
        {
            Baseline = PlainName, Limit = "plain C, gso", PayloadBytes = PayloadBytes, FirstOperations = 2_000,
        };
        long packets = scale.Pick(400_000, 60_000, 2_000);
        yield return new Group(Name, "receive by multicast on loopback", "packet", [.. Receivers(packets)])
        {
            Baseline = PlainName, Limit = "plain C, gro", PayloadBytes = PayloadBytes,
            FixedOperations = packets,
        };
    }

    private static IEnumerable<Variant> Senders()
    {
        if (NativeLibraryInfo.IsAvailable)
        {
            yield return new("native udp.send", n => Send(NativeSender("auto"), n, isSliced: true));
            yield return new("native udp.send, a block each", n => Send(NativeSender("auto"), n, isSliced: false));
            yield return new("native udp.send, gso=off", n => Send(NativeSender("off"), n, isSliced: true));
        }
        yield return new("managed udp.send",
            n => Send(new UdpSender(s_address) { Interface = "lo", Ttl = 0 }, n, isSliced: true));
        yield return Variant.Rival(PlainName, n => Task.FromResult(PlainUdp.Send(s_group, PayloadBytes, n)));
        foreach (string mode in PlainUdp.Program is null ? [] : new[] { "sendto", "sendmmsg", "gso", "parts" })
            yield return Variant.Limit($"plain C, {mode}",
                n => PlainUdp.RunProgram("send", s_address.Host, Text(s_address.Port), mode, Text(n)));
    }

    private static IEnumerable<Variant> Receivers(long packets)
    {
        string idle = $"{PlainUdp.IdleMs}ms";
        if (NativeLibraryInfo.IsAvailable)
        {
            yield return new("native udp.recv", _ => Receive(packets, NativeComponents.Create("udp.recv",
                ("address", s_address.ToString()), ("iface", "lo"), ("idle_timeout", idle))));
        }
        yield return new("managed udp.recv", _ => Receive(packets, new UdpReceiver(s_address)
        {
            Interface = "lo", IdleTimeout = TimeSpan.FromMilliseconds(PlainUdp.IdleMs),
        }));
        yield return Variant.Rival(PlainName,
            _ => UnderLoad(packets, ready => Task.Run(() => PlainUdp.Receive(s_group, ready))));
        foreach (string mode in PlainUdp.Program is null ? [] : new[] { "recv", "recvmmsg", "gro" })
        {
            yield return Variant.Limit($"plain C, {mode}", _ => UnderLoad(packets, ready =>
            {
                Task<Sample> run = PlainUdp.RunProgram("recv", s_address.Host, Text(s_address.Port), mode,
                    Text(PlainUdp.IdleMs));
                Thread.Sleep(100); // It does not say when it has joined.
                ready();
                return run;
            }));
        }
    }

    private static NativeComponent NativeSender(string gso) => NativeComponents.Create("udp.send",
        ("address", s_address.ToString()), ("iface", "lo"), ("ttl", "0"), ("gso", gso));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    // Slices lie side by side in blocks; "a block each" goes round as many as two full linkages hold, as C's "parts".
    private static async Task<Sample> Send(Component sender, long packets, bool isSliced)
    {
        var probe = new FlowProbe(packets, skip: 256);
        await using var graph = new Graph("bench");
        byte[][] payloads = [.. Enumerable.Range(0, 128).Select(_ => new byte[PayloadBytes])];
        Component source = isSliced
            ? new SlicingSource(PayloadBytes, probe.Total) { Probe = probe }
            : new SharingSource(payloads, probe.Total) { Probe = probe };
        graph.Pipe(source, sender);
        await graph.RunAsync();
        return await probe.Done;
    }

    private static Task<Sample> Receive(long packets, Component receiver) => UnderLoad(packets, async ready =>
    {
        var tally = new Tally();
        await using var graph = new Graph("bench");
        graph.Pipe(receiver, new TallySink(tally));
        Task run = graph.RunAsync();
        await Task.Delay(100); // Until it has joined.
        ready();
        await run;
        return tally.Sample() with { Extras = new Dictionary<string, double> { ["received"] = tally.Count } };
    });

    /// <summary>Receives while another process sends; adds how much was lost.</summary>
    private static async Task<Sample> UnderLoad(long packets, Func<Action, Task<Sample>> receive)
    {
        Child? load = null;
        try
        {
            Sample sample = await receive(() => load = PlainUdp.StartLoad(s_group, PayloadBytes, packets));
            double received = sample.Extras.GetValueOrDefault("received", sample.Operations);
            double lost = 100 - (100 * received / packets);
            return sample with { Extras = new Dictionary<string, double> { ["loss_percent"] = lost } };
        }
        finally
        {
            if (load is not null)
            {
                await load.FinishAsync();
                await load.DisposeAsync();
            }
        }
    }
}
