using System.Net;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Processes;
using Kamaelia.Benchmarks.Rivals;

namespace Kamaelia.Benchmarks.Suites;

/// <summary>Whether io_uring would pay: plain loops in C by system calls and by a ring, nothing of ours.</summary>
/// <remarks>Compare CPU. The verdict and the reason are in native/PORTING.md; this suite is how to ask another machine.
/// </remarks>
internal sealed class UringSuite : ISuite
{
    private const int PacketBytes = 1316;
    private const int Segments = 49;
    private const string ByRing = "io_uring";

    private static readonly IPEndPoint s_group = new(IPAddress.Parse("239.255.77.35"), 45081);

    public string Name => "uring";

    public string Sentence => "plain C by system calls and by io_uring: datagrams out and in, writes to many listeners";

    public IEnumerable<Group> Groups(Scale scale)
    {
        string? refusal = PlainUring.Refusal();
        yield return Compare("datagrams out", "sendmmsg", refusal, scale.Pick(400_000, 200_000, 2_000),
            (mode, n) => PlainUring.Measure([.. Sender(mode), PlainUring.Text(n), $"{PacketBytes}", "1"]));
        yield return Compare("datagrams out, GSO", "sendmmsg", refusal, scale.Pick(4_000_000, 2_000_000, 49_000),
            (mode, n) => PlainUring.Measure([.. Sender(mode), PlainUring.Text(n), $"{PacketBytes}", $"{Segments}"]));
        yield return Compare("datagrams in", "epoll", refusal, scale.Pick(300_000, 100_000, 2_000), Receive);
        int listeners = scale.Pick(5_000, 5_000, 20);
        double seconds = scale.Pick(5, 2, 1);
        foreach (int intervalMs in new[] { 100, 250 })
        {
            double writes = listeners * seconds * 1000 / intervalMs;
            yield return Compare($"writes every {intervalMs} ms to {listeners:#,0} listeners", "epoll", refusal, writes,
                (mode, _) => PlainUring.Measure("listeners", mode, $"{listeners}", $"{intervalMs}",
                    PlainUring.Text(seconds)));
        }
    }

    private Group Compare(string name, string calls, string? refusal, double operations,
        Func<string, double, Task<Sample>> run)
    {
        var group = new Group(Name, name, name.StartsWith("writes", StringComparison.Ordinal) ? "write" : "packet",
            refusal is not null ? [] :
            [
                Variant.Rival(calls, _ => run(calls, operations)),
                Variant.Rival(ByRing, _ => run("uring", operations)),
            ])
        {
            Baseline = calls, FixedOperations = (long)operations, IsBrief = true,
        };
        return refusal is null ? group : group with { Missing = [new Missing(ByRing, refusal)] };
    }

    private static string[] Sender(string mode) => ["send", s_group.Address.ToString(), $"{s_group.Port}", mode];

    private static async Task<Sample> Receive(string mode, double packets)
    {
        Task<Sample> receiver = PlainUring.Measure("recv", s_group.Address.ToString(), $"{s_group.Port}", mode,
            PlainUring.Text(packets), $"{PlainUdp.IdleMs}");
        await Task.Delay(100); // It does not say when it has joined.
        await using Child load = PlainUdp.StartLoad(s_group, PacketBytes, (long)packets);
        Sample sample = await receiver;
        await load.FinishAsync();
        return sample;
    }
}
