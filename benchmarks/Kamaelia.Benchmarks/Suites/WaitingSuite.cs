using System.Diagnostics;
using System.Threading.Channels;
using Kamaelia.Axon;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Parts;
using Kamaelia.Benchmarks.Rivals;

namespace Kamaelia.Benchmarks.Suites;

/// <summary>A million that wait: what each costs in bytes, and in time to make, to give one message, and to
/// end.</summary>
/// <remarks>The memory is looked at when all of them wait; the collection then is the pause of a full one.</remarks>
internal sealed class WaitingSuite : ISuite
{
    public string Name => "waiting";

    public string Sentence => "a million components that wait on an inbox: bytes, time to create, message and end";

    public IEnumerable<Group> Groups(Scale scale)
    {
        int count = scale.Pick(1_000_000, 200_000, 1_000);
        yield return new Group(Name, $"{count:#,0} waiting", "component",
        [
            new("async", _ => Components(count, ownTokens: false)),
            new("async, own stop tokens", _ => Components(count, ownTokens: true)),
            Variant.Rival("Channel and Task", _ => Channels(count)),
            Variant.Rival("TaskCompletionSource and Task", _ => Tasks(count)),
        ])
        {
            Baseline = "Channel and Task",
            FixedOperations = count,
        };
    }

    private static async Task<Sample> Components(int count, bool ownTokens)
    {
        var ledger = new Ledger(count);
        var options = new GraphOptions { ManualScheduling = true, OwnStopTokens = ownTokens };
        await using var graph = new Graph("bench", options);
        Scheduler scheduler = graph.Schedulers[0];
        var go = new TaskCompletionSource();
        var crowd = new List<Waiter>(count);
        graph.Add(new Herald(crowd, go.Task)).Outbox.IsOptional = true; // It links itself as it goes.
        ledger.Begin();
        for (int i = 0; i < count; i++)
        {
            var waiter = new Waiter();
            _ = waiter.Inbox;
            crowd.Add(graph.Add(waiter));
        }
        graph.Start();
        scheduler.RunUntilIdle();
        ledger.AllWait();
        go.SetResult();
        scheduler.RunUntilIdle();
        await graph.Completion;
        return ledger.AllEnded();
    }

    private static async Task<Sample> Channels(int count)
    {
        static async Task Wait(ChannelReader<long> from)
        {
            if (await from.WaitToReadAsync())
                from.TryRead(out _);
        }
        var ledger = new Ledger(count);
        var writers = new List<ChannelWriter<long>>(count);
        var tasks = new List<Task>(count);
        ledger.Begin();
        for (int i = 0; i < count; i++)
        {
            Channel<long> channel = ChannelRivals.Bounded<long>(1);
            writers.Add(channel.Writer);
            tasks.Add(Wait(channel.Reader));
        }
        ledger.AllWait();
        foreach (ChannelWriter<long> writer in writers)
            writer.TryWrite(1);
        foreach (Task task in tasks)
            await task;
        return ledger.AllEnded();
    }

    private static async Task<Sample> Tasks(int count)
    {
        static async Task Wait(Task<long> message) => await message;
        var ledger = new Ledger(count);
        var sources = new List<TaskCompletionSource<long>>(count);
        var tasks = new List<Task>(count);
        ledger.Begin();
        for (int i = 0; i < count; i++)
        {
            var source = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            sources.Add(source);
            tasks.Add(Wait(source.Task));
        }
        ledger.AllWait();
        foreach (TaskCompletionSource<long> source in sources)
            source.SetResult(1);
        foreach (Task task in tasks)
            await task;
        return ledger.AllEnded();
    }

    /// <summary>Two stretches of time, and a look at the memory between them.</summary>
    private sealed class Ledger(int count)
    {
        private readonly Dictionary<string, double> _extras = [];
        private Meter _meter;
        private Sample? _creation;
        private long _heapBefore;
        private NativeHeap _nativeBefore;

        public void Begin()
        {
            _heapBefore = GC.GetTotalMemory(forceFullCollection: true);
            _nativeBefore = NativeHeap.Now();
            _meter = Meter.Start();
        }

        public void AllWait()
        {
            _creation = _meter.Stop(count);
            double heap = GC.GetTotalMemory(forceFullCollection: true) - _heapBefore;
            double native = NativeHeap.BytesSince(_nativeBefore);
            _extras["create_ns"] = _creation.NsPerOperation;
            _extras["heap_bytes"] = heap / count;
            if (NativeHeap.IsKnown)
                _extras["native_bytes"] = native / count;
            long before = Stopwatch.GetTimestamp();
            GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: false);
            _extras["full_gc_ms"] = Stopwatch.GetElapsedTime(before).TotalMilliseconds;
            _meter = Meter.Start();
        }

        public Sample AllEnded()
        {
            Sample ending = _meter.Stop(count);
            _extras["message_end_ns"] = ending.NsPerOperation;
            return new Sample(count, _creation!.WallNs + ending.WallNs, _creation.CpuNs + ending.CpuNs,
                _creation.AllocatedBytes + ending.AllocatedBytes)
            {
                Extras = _extras,
            };
        }
    }
}
