using Akka.Actor;
using Akka.Configuration;
using Akka.Streams;
using Akka.Streams.Dsl;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Suites;

namespace Kamaelia.Benchmarks.Rivals;

/// <summary>The same topologies on Akka.Streams.</summary>
internal static class AkkaRivals
{
    private const int Buffer = 128; // As the other rivals; its own default is 16.

    private static readonly Lazy<ActorSystem> s_system = new(() => ActorSystem.Create("bench",
        ConfigurationFactory.ParseString(
            "akka { loglevel = ERROR, stdout-loglevel = ERROR, log-dead-letters = off }")));

    public static ActorMaterializer Materializer() => s_system.Value.Materializer(
        ActorMaterializerSettings.Create(s_system.Value).WithInputBuffer(Buffer, Buffer));

    public static async Task StopAsync()
    {
        if (s_system.IsValueCreated)
            await s_system.Value.Terminate();
    }

    public static async Task<Sample> Chain(int stages, bool fused, long hops)
    {
        FlowProbe probe = PipelineSuite.ProbeOf(stages, Buffer, hops);
        using ActorMaterializer materializer = Materializer();
        Source<long, Akka.NotUsed> flow = Source.From(Numbers(probe.Total));
        for (int i = 0; i < stages; i++)
            flow = fused ? flow.Select(static m => m) : flow.Select(static m => m).Async();
        await flow.RunForeach(_ => probe.Add(1), materializer);
        return await probe.Done;
    }

    public static IEnumerable<long> Numbers(long count)
    {
        for (long i = 0; i < count; i++)
            yield return i;
    }

    public static async Task<Sample> FanOut(int receivers, long deliveries)
    {
        long messages = FanOutSuite.MessagesFor(deliveries, receivers);
        using ActorMaterializer materializer = Materializer();
        var gate = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        Source<byte[], Akka.NotUsed> hub = Source.FromTask(gate.Task)
            .ConcatMany(_ => Source.From(Messages(messages)))
            .ToMaterialized(BroadcastHub.Sink<byte[]>(bufferSize: 256), Keep.Right)
            .Run(materializer);
        var counts = new long[receivers * 8]; // A cache line each.
        Task[] sinks = [.. Enumerable.Range(0, receivers)
            .Select(i => hub.RunForeach(_ => counts[i * 8]++, materializer))];
        await Task.Delay(TimeSpan.FromMilliseconds(20 + receivers / 4)); // The hub does not say when all are there.
        Meter meter = Meter.Start();
        gate.SetResult(0);
        await Task.WhenAll(sinks);
        return meter.Stop(Math.Max(1, counts.Sum()));
    }

    private static IEnumerable<byte[]> Messages(long count)
    {
        for (long i = 0; i < count; i++)
            yield return new byte[FanOutSuite.MessageBytes];
    }
}
