using System.Diagnostics;
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
        tasks.Add(Task.Run(() => CountLaps(links[0].Reader, links[1].Writer, probe)));
        await links[0].Writer.WriteAsync(1);
        await Task.WhenAll(tasks);
        return await probe.Done;
    }

    private static async Task CountLaps(ChannelReader<long> from, ChannelWriter<long> to, FlowProbe probe)
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

    public static async Task<Sample> FanOut(int receivers, long deliveries)
    {
        static async Task Receive(ChannelReader<byte[]> from)
        {
            while (await from.WaitToReadAsync())
            {
                while (from.TryRead(out _))
                {
                }
            }
        }
        long messages = FanOutSuite.MessagesFor(deliveries, receivers);
        Channel<byte[]>[] links = [.. Enumerable.Range(0, receivers).Select(_ => Bounded<byte[]>(64))];
        Task[] tasks = [.. links.Select(link => Task.Run(() => Receive(link.Reader)))];
        Meter meter = Meter.Start();
        for (long i = 0; i < messages; i++)
        {
            var message = new byte[FanOutSuite.MessageBytes];
            foreach (Channel<byte[]> link in links)
            {
                if (!link.Writer.TryWrite(message))
                    await link.Writer.WriteAsync(message);
            }
        }
        foreach (Channel<byte[]> link in links)
            link.Writer.Complete();
        await Task.WhenAll(tasks);
        return meter.Stop(messages * receivers);
    }

    public static async Task<Sample> OneWay(int capacity, long messages, bool singly)
    {
        var probe = new FlowProbe(messages, skip: 4L * capacity);
        Channel<long> link = Bounded<long>(capacity);
        Task sink = Task.Run(() => Sink(link.Reader, probe));
        await Task.Run(() => singly ? AwaitEach(link.Writer, probe.Total) : Source(link.Writer, probe.Total));
        await sink;
        return await probe.Done;
    }

    private static async Task AwaitEach(ChannelWriter<long> to, long count)
    {
        for (long i = 0; i < count; i++)
            await to.WriteAsync(i);
        to.Complete();
    }

    /// <summary>Calls and answers; a rest before each call lets the other side's thread go to sleep.</summary>
    public static async Task<Sample> Call(long trips, TimeSpan rest)
    {
        Channel<long> calls = Bounded<long>(4);
        Channel<long> answers = Bounded<long>(4);
        Task answering = Task.Run(async () =>
        {
            await foreach (long sent in calls.Reader.ReadAllAsync())
                await answers.Writer.WriteAsync(Stopwatch.GetTimestamp() - sent);
        });
        Meter meter = Meter.Start();
        long ticks = await Task.Run(async () =>
        {
            long sum = 0;
            for (long i = 0; i < trips; i++)
            {
                if (rest > TimeSpan.Zero)
                    await Task.Delay(rest);
                await calls.Writer.WriteAsync(Stopwatch.GetTimestamp());
                sum += await answers.Reader.ReadAsync();
            }
            return sum;
        });
        Sample all = meter.Stop(trips);
        calls.Writer.Complete();
        await answering;
        return all with { WallNs = ticks * (1e9 / Stopwatch.Frequency) };
    }
}
