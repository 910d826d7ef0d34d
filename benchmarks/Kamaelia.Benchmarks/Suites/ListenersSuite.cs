using System.Globalization;
using Kamaelia.Axon;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Processes;
using Kamaelia.Benchmarks.Rivals;
using Kamaelia.Catalogue;
using Kamaelia.Interop;

namespace Kamaelia.Benchmarks.Suites;

/// <summary>One stream of 128 kbit/s to many TCP listeners: what the server's CPU costs, at equal write
/// intervals.</summary>
/// <remarks>The listeners are a process of their own, the C server is one too: only the server counts. An operation is
/// one listener for one second, so CPU ns an operation is the figure; <c>core_percent</c> says the same of all of them.
/// </remarks>
internal sealed class ListenersSuite : ISuite
{
    private const long BitsPerSecond = 128_000;
    private const string PlainName = "plain C, epoll";
    private const string IcecastName = "icecast2, blocks of its own size";
    private const string NginxName = "nginx, a file by limit_rate";
    private const int IcecastListenersMax = 2000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public string Name => "listeners";

    public string Sentence => "one stream of 128 kbit/s to thousands of TCP listeners: the server's CPU";

    public IEnumerable<Group> Groups(Scale scale)
    {
        foreach (int listeners in scale.Pick<int[]>([1000, 5000, 10_000], [1000], [20]))
        {
            foreach (int intervalMs in scale.Pick<int[]>([100, 250], [100], [100]))
                yield return Serve(listeners, TimeSpan.FromMilliseconds(intervalMs), scale);
        }
    }

    private Group Serve(int listeners, TimeSpan interval, Scale scale)
    {
        TimeSpan time = TimeSpan.FromSeconds(scale.Pick(3.0, 2.0, 0.3));
        var variants = new List<Variant>();
        var missing = new List<Missing>();
        if (PlainListeners.Program is null)
        {
            missing.Add(new(PlainName, "benchmarks/native was not built; its listeners are everybody's"));
        }
        else
        {
            ComponentEntry entry = ComponentCatalogue.Default.Find("tcp.serve")!;
            if (NativeLibraryInfo.IsAvailable)
                variants.Add(new("native tcp.serve", _ => Run(entry.Native!, listeners, interval, time)));
            variants.Add(new("managed tcp.serve", _ => Run(entry.Managed!, listeners, interval, time)));
            AddServers(variants, missing, listeners, time);
            variants.Add(Variant.Limit(PlainName, _ => PlainListeners.Serve(listeners, BitsPerSecond, interval, time)));
        }
        return new Group(Name, $"{listeners} listeners, a write every {interval.TotalMilliseconds:0} ms",
            "listener-second", variants)
        {
            Baseline = PlainName, Limit = PlainName, Missing = missing, IsBrief = true,
            FixedOperations = (long)(listeners * time.TotalSeconds),
        };
    }

    /// <summary>The servers that are installed. Neither takes a write interval: icecast2 writes a block when it is
    /// full, nginx holds a file back to the rate.</summary>
    private static void AddServers(List<Variant> variants, List<Missing> missing, int listeners, TimeSpan time)
    {
        if (Tool.Icecast.Path is null)
            missing.Add(Tool.Icecast.MissingFor(IcecastName));
        else if (listeners > IcecastListenersMax)
            missing.Add(new(IcecastName, "it lets listeners in ever more slowly: 2,900 had come after 28 s"));
        else
            variants.Add(Variant.Rival(IcecastName, _ => StreamServers.Icecast(listeners, BitsPerSecond, time)));
        if (Tool.Nginx.Path is null)
            missing.Add(Tool.Nginx.MissingFor(NginxName));
        else
            variants.Add(Variant.Rival(NginxName, _ => StreamServers.Nginx(listeners, BitsPerSecond, time)));
    }

    private static async Task<Sample> Run(ComponentTwin twin, int listeners, TimeSpan interval, TimeSpan time)
    {
        string every = string.Create(CultureInfo.InvariantCulture, $"{interval.TotalMilliseconds:0}ms");
        Component server = twin.Create(OptionValues.Of(twin.Info, ("address", "127.0.0.1:0"), ("interval", every)));
        await using var graph = new Graph("bench");
        graph.Pipe(new PacedSource(BitsPerSecond), server);
        graph.Start();
        await Patience.UntilAsync(() => Counter(server, "port") > 0, "the server listens");
        await using Child audience = PlainListeners.StartListeners((int)Counter(server, "port"), listeners);
        await Patience.UntilAsync(() => Counter(server, "listeners") == listeners, "all listeners are there");
        await Task.Delay(300); // Until connecting has cooled down.
        long sent = Counter(server, "sent");
        Meter meter = Meter.Start();
        await Task.Delay(time);
        Sample sample = meter.Stop(1);
        double seconds = sample.WallNs / 1e9;
        double received = (Counter(server, "sent") - sent) * 8.0 / seconds / listeners;
        if (Counter(server, "dropped") > 0 || received < BitsPerSecond * 0.5)
            throw new InvalidOperationException($"the listeners got {received:0} bit/s each: the machine is too busy");
        await graph.StopAsync();
        using var bound = new CancellationTokenSource(s_patience);
        await audience.FinishAsync(bound.Token);
        return PlainListeners.SampleOf(listeners, sample.WallNs, sample.CpuNs, sample.AllocatedBytes);
    }

    private static long Counter(Component component, string name) =>
        component.Counters.First(counter => counter.Key == name).Value;
}

/// <summary>Small chunks at a rate, as an encoder gives them: fifty a second.</summary>
internal sealed partial class PacedSource(long bitsPerSecond) : Component
{
    private const int ChunksPerSecond = 50;

    [Port("The stream.")]
    public partial Outbox<Chunk> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        var bytes = new byte[bitsPerSecond / 8 / ChunksPerSecond];
        for (long due = NowNs; ; due += 1_000_000_000 / ChunksPerSecond)
        {
            await DelayUntilAsync(due, stop);
            await Outbox.SendAsync(Chunk.CopyOf(bytes), stop);
        }
    }
}
