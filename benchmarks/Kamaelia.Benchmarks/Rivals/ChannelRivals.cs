using System.Threading.Channels;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Suites;

namespace Kamaelia.Benchmarks.Rivals;

/// <summary>The same topologies on System.Threading.Channels and async tasks of the thread pool.</summary>
internal static class ChannelRivals
{
    public static Channel<T> Bounded<T>(int capacity) => Channel.CreateBounded<T>(
        new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true });

    public static async Task<Sample> Chain(int stages, int capacity, long hops)
    {
        FlowProbe probe = PipelineSuite.ProbeOf(stages, capacity, hops);
        Channel<long>[] links = [.. Enumerable.Range(0, stages + 1).Select(_ => Bounded<long>(capacity))];
        var tasks = new List<Task> { Task.Run(() => Sink(links[^1].Reader, probe)) };
        for (int i = 0; i < stages; i++)
        {
            (Channel<long> from, Channel<long> to) = (links[i], links[i + 1]);
            tasks.Add(Task.Run(() => Pass(from.Reader, to.Writer)));
        }
        tasks.Add(Task.Run(() => Source(links[0].Writer, probe.Total)));
        await Task.WhenAll(tasks);
        return await probe.Done;
    }

    public static async Task Source(ChannelWriter<long> to, long count)
    {
        for (long i = 0; i < count; i++)
        {
            if (!to.TryWrite(i))
                await to.WriteAsync(i);
        }
        to.Complete();
    }

    public static async Task Pass(ChannelReader<long> from, ChannelWriter<long> to)
    {
        while (await from.WaitToReadAsync())
        {
            while (from.TryRead(out long message))
            {
                if (!to.TryWrite(message))
                    await to.WriteAsync(message);
            }
        }
        to.Complete();
    }

    public static async Task Sink(ChannelReader<long> from, FlowProbe probe)
    {
        while (await from.WaitToReadAsync())
        {
            int count = 0;
            while (from.TryRead(out _))
                count++;
            probe.Add(count);
        }
    }

    public static async Task<Sample> Ring(int members, FlowProbe probe)
    {
        Channel<long>[] links = [.. Enumerable.Range(0, members).Select(_ => Bounded<long>(4))];
        var tasks = new List<Task>();
        for (int i = 1; i < members; i++)
        {
            (Channel<long> from, Channel<long> to) = (links[i], links[(i + 1) % members]);
            tasks.Add(Task.Run(() => Pass(from.Reader, to.Writer)));
        }
        tasks.Add(Task.Run(() => Meter(links[0].Reader, links[1].Writer, probe)));
        await links[0].Writer.WriteAsync(1);
        await Task.WhenAll(tasks);
        return await probe.Done;
    }

    private static async Task Meter(ChannelReader<long> from, ChannelWriter<long> to, FlowProbe probe)
    {
        while (!probe.IsOver)
        {
            long message = await from.ReadAsync();
            probe.Add(1);
            if (!probe.IsOver)
                await to.WriteAsync(message);
        }
        to.Complete(); // Goes round, and everyone ends.
    }
}
