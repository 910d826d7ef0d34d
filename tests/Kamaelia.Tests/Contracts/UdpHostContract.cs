using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Kamaelia.Axon;
using Kamaelia.Interop;
using Kamaelia.Tests.Net;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Contracts;

/// <summary>udp.recv and its scheduler: what it says when it opens its socket, and where it runs.</summary>
[NonParallelizable]
public abstract class UdpHostContract(TwinMaker twins)
{
    [TearDown]
    public void NothingIsLeft() => Graphs.AssertNothingLeft();

    [Test]
    public async Task Receive_BufferBeyondWhatTheSystemGrants_IsAWarning()
    {
        Machine.RequireLinux();
        var warnings = new ConcurrentQueue<string>();
        await using var graph = twins.NewGraph();
        using var watch = graph.Subscribe(e =>
        {
            if (e is ComponentWarned warned)
                warnings.Enqueue(warned.Text);
        });
        // Half of an int is the most that even the privileged are granted.
        var receiver = twins.Make("udp.recv", ("address", "127.0.0.1:0"), ("rcvbuf", "1Gi"));
        graph.Pipe(receiver, new ChunkSink());
        graph.Start();
        await Wire.PortOfAsync(receiver);
        await graph.StopAsync(new StopOptions(TimeSpan.Zero));

        Assert.That(warnings, Is.EqualTo(new[]
        {
            $"the system grants {Graphs.Counter(receiver, "rcvbuf_bytes")} of the {1 << 30} bytes of receive buffer "
                + "asked for, so bursts may be lost: raise net.core.rmem_max, or ask for less with rcvbuf=",
        }));
    }

    [Test]
    public async Task Receive_MovedBetweenSchedulers_GoesOnThere()
    {
        const int rounds = 20;
        var sink = new ChunkSink();
        var receiver = twins.Make("udp.recv", ("address", "127.0.0.1:0"), ("packets_max", $"{rounds}"));
        await using var graph = twins.NewGraph("receiver", schedulers: 2);
        graph.Pipe(receiver, sink);
        graph.Start();
        var target = new IPEndPoint(IPAddress.Loopback, await Wire.PortOfAsync(receiver));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var moves = 0;
        for (var round = 1; round <= rounds; round++)
        {
            if (round > 1 && await MovesAsync(graph, receiver, graph.Schedulers[1 - (round % 2)]))
                moves++;
            socket.SendTo([(byte)round], target);
            await Graphs.UntilAsync(() => receiver.FindOutbox("outbox").Sent == round, "the datagram to come");
        }
        await graph.Completion.WaitAsync(Graphs.Bound);

        Assert.That(sink.Messages.Select(message => (int)message.Bytes[0]), Is.EqualTo(Enumerable.Range(1, rounds)));
        if (ReferenceEquals(twins, TwinMaker.Managed) && NativeLibraryInfo.IsAvailable && OperatingSystem.IsLinux())
            Assert.That(moves, Is.EqualTo(rounds - 1));
    }

    private static async Task<bool> MovesAsync(Graph graph, Component component, Scheduler to)
    {
        try
        {
            await graph.MoveAsync(component, to, TimeSpan.FromMilliseconds(20)).AsTask().WaitAsync(Graphs.Bound);
            return true;
        }
        catch (InvalidOperationException e) when (e.Message.Contains("was not moved"))
        {
            // A native one is its poller's; a wait of .NET's own ends in its own time.
            TestContext.Out.WriteLine(e.Message);
            return false;
        }
    }
}

[TestFixture]
internal sealed class ManagedUdpHostTests() : UdpHostContract(TwinMaker.Managed);

[TestFixture]
internal sealed class ManagedUdpHostByDotNetTests() : UdpHostContract(TwinMaker.ManagedByDotNet);

[TestFixture]
internal sealed class NativeUdpHostTests() : UdpHostContract(TwinMaker.Native);
