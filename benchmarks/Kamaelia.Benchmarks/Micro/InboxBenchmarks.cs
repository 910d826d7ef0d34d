using BenchmarkDotNet.Attributes;
using Kamaelia.Axon;

namespace Kamaelia.Benchmarks.Micro;

/// <summary>A message into an inbox and out again, without a scheduler's turn between.</summary>
public class InboxBenchmarks
{
    private Graph _graph = null!;
    private Ends _ends = null!;
    private long[] _batch = null!;

    [Params(1, 16, 64)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _batch = new long[Batch];
        _graph = new Graph("bench", new GraphOptions { ManualScheduling = true });
        _ends = _graph.Add(new Ends());
        _graph.Link(_ends.Outbox, _ends.Inbox);
        _graph.Start();
        _graph.Schedulers[0].RunUntilIdle();
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        ValueTask stopping = _graph.StopAsync(new StopOptions(TimeSpan.Zero));
        _graph.Schedulers[0].RunUntilIdle();
        stopping.AsTask().GetAwaiter().GetResult();
    }

    [Benchmark(Baseline = true)]
    public long SendReceive_Singly()
    {
        long sum = 0;
        for (int i = 0; i < Batch; i++)
            _ends.Outbox.TrySend(i);
        while (_ends.Inbox.TryReceive(out long message))
            sum += message;
        return sum;
    }

    [Benchmark]
    public int SendReceive_Batch()
    {
        _ends.Outbox.TrySendBatch(_batch);
        return _ends.Inbox.TryReceiveBatch(_batch);
    }
}

/// <summary>Both ends of a linkage in one component, which sleeps.</summary>
internal sealed partial class Ends : Component
{
    [Port("Messages.")]
    public partial Inbox<long> Inbox { get; }

    [Port("The same messages.")]
    public partial Outbox<long> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop) => await DelayAsync(TimeSpan.FromDays(1), stop);
}
