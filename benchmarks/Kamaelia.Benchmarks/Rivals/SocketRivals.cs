using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Suites;

namespace Kamaelia.Benchmarks.Rivals;

/// <summary>TCP as it is written by hand in .NET: tasks over sockets, and pipes over their streams.</summary>
internal static class SocketRivals
{
    private const int WriteBytes = 65536;

    private static async Task<(Socket Sender, Socket Receiver)> PairAsync()
    {
        using Socket listener = Listen();
        var sender = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await sender.ConnectAsync(listener.LocalEndPoint!);
        return (sender, await listener.AcceptAsync());
    }

    private static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(64);
        return listener;
    }

    public static async Task<Sample> Flow(long writes)
    {
        (Socket sender, Socket receiver) = await PairAsync();
        using (sender)
        using (receiver)
        {
            var probe = Probe(writes);
            Task sending = Task.Run(async () =>
            {
                var bytes = new byte[WriteBytes];
                for (long left = probe.Total / WriteBytes; left > 0; left--)
                {
                    for (int at = 0; at < WriteBytes;)
                        at += await sender.SendAsync(bytes.AsMemory(at));
                }
                sender.Shutdown(SocketShutdown.Send);
            });
            var buffer = new byte[WriteBytes];
            while (await receiver.ReceiveAsync(buffer.AsMemory()) is var got and > 0)
                probe.Add(got);
            await sending;
            return await probe.Done;
        }
    }

    public static async Task<Sample> PipeFlow(long writes)
    {
        (Socket sender, Socket receiver) = await PairAsync();
        await using var sending = new NetworkStream(sender, ownsSocket: true);
        await using var receiving = new NetworkStream(receiver, ownsSocket: true);
        var probe = Probe(writes);
        Task writer = Task.Run(async () =>
        {
            PipeWriter pipe = PipeWriter.Create(sending, new StreamPipeWriterOptions(minimumBufferSize: WriteBytes));
            for (long left = probe.Total / WriteBytes; left > 0; left--)
            {
                pipe.GetMemory(WriteBytes);
                pipe.Advance(WriteBytes);
                await pipe.FlushAsync();
            }
            await pipe.CompleteAsync();
        });
        PipeReader reader = PipeReader.Create(receiving, new StreamPipeReaderOptions(bufferSize: WriteBytes));
        while (true)
        {
            ReadResult read = await reader.ReadAsync();
            probe.Add(read.Buffer.Length);
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }
        await reader.CompleteAsync();
        await writer;
        return await probe.Done;
    }

    private static FlowProbe Probe(long writes) =>
        new(writes * WriteBytes, operationsPerMessage: 1.0 / WriteBytes, skip: 16 * WriteBytes);

    public static async Task<Sample> Echo(long requests)
    {
        using Socket listener = Listen();
        Task serving = ServeAsync(listener);
        Sample sample = await TcpSuite.AskFromOutsideAsync([((IPEndPoint)listener.LocalEndPoint!).Port], requests);
        listener.Dispose();
        await serving;
        return sample;
    }

    private static async Task ServeAsync(Socket listener)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(EchoAsync(await listener.AcceptAsync()));
        }
        catch (SocketException)
        {
            await Task.WhenAll(connections); // It was closed.
        }
    }

    private static async Task EchoAsync(Socket socket)
    {
        using (socket)
        {
            socket.NoDelay = true;
            var buffer = new byte[2048];
            while (await socket.ReceiveAsync(buffer.AsMemory()) is var got and > 0)
            {
                for (int at = 0; at < got;)
                    at += await socket.SendAsync(buffer.AsMemory(at, got - at));
            }
        }
    }
}
