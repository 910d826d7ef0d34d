using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Suites;

namespace Kamaelia.Benchmarks.Rivals;

/// <summary>The same topologies on Rx (System.Reactive).</summary>
/// <remarks>Rx has no back-pressure: a source that is faster than a stage with a queue fills memory. So where there are
/// queues, the source waits after each window of messages until the sink has seen it.</remarks>
internal static class RxRivals
{
    private const int Window = 4096;

    public static async Task<Sample> Chain(int stages, bool hasQueues, long hops)
    {
        FlowProbe probe = PipelineSuite.ProbeOf(stages, 128, hops);
        using var source = new Subject<long>();
        IObservable<long> flow = source;
        for (int i = 0; i < stages; i++)
        {
            flow = flow.Select(static m => m);
            if (hasQueues)
                flow = flow.ObserveOn(TaskPoolScheduler.Default);
        }
        using var arrived = new SemaphoreSlim(0);
        long seen = 0;
        using IDisposable sink = flow.Subscribe(_ =>
        {
            probe.Add(1);
            if (++seen % Window == 0)
                arrived.Release();
        });
        for (long i = 1; i <= probe.Total; i++)
        {
            source.OnNext(i);
            if (i % Window == 0)
                await arrived.WaitAsync();
        }
        return await probe.Done;
    }

    /// <summary>A subject calls its observers one after the other: no queue, and no receiver of its own pace.</summary>
    public static Task<Sample> FanOut(int receivers, long deliveries)
    {
        long messages = FanOutSuite.MessagesFor(deliveries, receivers);
        using var subject = new Subject<byte[]>();
        var counts = new long[receivers * 8]; // A cache line each.
        for (int i = 0; i < receivers; i++)
        {
            int at = i * 8;
            subject.Subscribe(_ => counts[at]++);
        }
        Meter meter = Meter.Start();
        for (long i = 0; i < messages; i++)
            subject.OnNext(new byte[FanOutSuite.MessageBytes]);
        return Task.FromResult(meter.Stop(messages * receivers));
    }
}
