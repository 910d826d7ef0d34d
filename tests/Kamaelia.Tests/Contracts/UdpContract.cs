using System.Net;
using System.Net.Sockets;
using Kamaelia.Axon;
using Kamaelia.Tests.Net;
using Kamaelia.Tests.Peers;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Contracts;

/// <summary>udp.send and udp.recv over the loopback interface.</summary>
[NonParallelizable]
public abstract class UdpContract(TwinMaker twins)
{
    [TearDown]
    public void NothingIsLeft() => Graphs.AssertNothingLeft();

    [TestCase("127.0.0.1", "")]
    [TestCase("[::1]", "")]
    [TestCase("239.255.61.1", "iface=lo loop=true")]
    [TestCase("239.255.61.2", "iface=127.0.0.1 ttl=0")]
    public async Task SendAndReceive_EveryLength_ArrivesUnchangedAndInOrder(string host, string more)
    {
        string address = $"{host}:{FreePort(host)}";
        var lengths = new[] { 1316, 1, 188, 1472, 2048, 7, 1316, 1316, 1316, 500 };
        var input = Enumerable.Range(0, 200).Select(i =>
            (Message)Cuts.RandomBytes(i, lengths[i % lengths.Length])).ToList();

        var output = await ExchangeAsync(address, input, Options(more), Options(more));

        Assert.That(output, Is.EqualTo(input));
    }

    [TestCase("[ff15::61]:5004", "fd61::1")]
    [TestCase("239.255.61.1:5004", "10.61.7.1")]
    public async Task SendAndReceive_FromHostToHost_ArrivesUnchangedAndInOrder(string group, string source)
    {
        using var spaces = NamespacePair.MakeOrSkip();
        var input = Enumerable.Range(0, 300).Select(i => (Message)Cuts.RandomBytes(i, 1316)).ToList();
        var sink = new ChunkSink();
        await using var graph = twins.NewGraph("receiver");
        graph.Add(new NamespacePair.Entrance(spaces.B));
        var receiver = NamespacePair.Inside(spaces.B, () => twins.Make("udp.recv", ("address", group), ("iface", "e0"),
            ("source", source), ("packets_max", $"{input.Count}")));
        graph.Pipe(receiver, sink);
        graph.Start();
        await Wire.PortOfAsync(receiver);
        await using var sending = twins.NewGraph("sender");
        sending.Add(new NamespacePair.Entrance(spaces.A));
        sending.Pipe(new ChunkSource(input), NamespacePair.Inside(spaces.A,
            () => twins.Make("udp.send", ("address", group), ("iface", "e0"), ("pace", "100M"))));
        await sending.RunAsync().WaitAsync(Graphs.Bound);
        await graph.Completion.WaitAsync(Graphs.Bound);

        Assert.That(sink.Messages, Is.EqualTo(input));
    }

    [Test]
    public async Task Receive_DatagramsOverTheLimit_AreDroppedAndTheOthersAreNot()
    {
        string address = $"127.0.0.1:{FreePort("127.0.0.1")}";
        List<Message> input = [new byte[100], new byte[101], new byte[99], new byte[5000], new byte[1]];

        var output = await ExchangeAsync(address, input, [], [("datagram_bytes_max", "100"), ("packets_max", "3")], 3);

        Assert.That(output.Select(message => message.Bytes.Length), Is.EqualTo(new[] { 100, 99, 1 }));
    }

    [Test]
    public async Task Receive_IdleForSoLong_EndsCompleted()
    {
        string address = $"127.0.0.1:{FreePort("127.0.0.1")}";

        var output = await ExchangeAsync(address, [Message.Of("a"), Message.Of("b")], [], [("idle_timeout", "100ms")],
            null);

        Assert.That(output, Is.EqualTo(new[] { Message.Of("a"), Message.Of("b") }));
    }

    [Test]
    public async Task Receive_Gathering_AllArriveInOrder()
    {
        string address = $"127.0.0.1:{FreePort("127.0.0.1")}";
        var input = Enumerable.Range(0, 500).Select(i => (Message)Cuts.RandomBytes(i, 200)).ToList();

        var output = await ExchangeAsync(address, input, [("pace", "10M")],
            [("gather", "3ms"), ("packets_max", $"{input.Count}")], input.Count);

        Assert.That(output, Is.EqualTo(input));
    }

    [Test]
    public async Task Receive_MoreThanItsBufferHolds_CountsWhatTheKernelDropped()
    {
        Machine.RequireLinux();
        string address = $"127.0.0.1:{FreePort("127.0.0.1")}";
        var receiver = twins.Make("udp.recv", ("address", address), ("rcvbuf", "16Ki"));
        await using var graph = twins.NewGraph("receiver");
        graph.Pipe(receiver, new Deaf());
        graph.Start();
        await Wire.PortOfAsync(receiver);
        await using var sending = twins.NewGraph("sender");
        sending.Pipe(new ChunkSource([.. Enumerable.Range(0, 1_000).Select(_ => (Message)new byte[1316])]),
            twins.Make("udp.send", ("address", address)));
        await sending.RunAsync().WaitAsync(Graphs.Bound);

        await Graphs.UntilAsync(() => Graphs.Counter(receiver, "kernel_drops") > 0, "the kernel to drop something");
        Assert.That(Graphs.Counter(receiver, "kernel_drops"), Is.LessThan(1_000));
        Assert.That(Graphs.Counter(receiver, "rcvbuf_bytes"), Is.InRange(1, 1 << 20));
        await graph.StopAsync(new StopOptions(TimeSpan.Zero));
    }

    [Test]
    public async Task Receive_WithTimestamps_EachChunkHasTheTimeOfItsArrival()
    {
        string address = $"127.0.0.1:{FreePort("127.0.0.1")}";
        long before = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

        var output = await ExchangeAsync(address, [Message.Of("a")], [], [("timestamp", "true"), ("packets_max", "1")],
            1);

        Assert.That(output[0].PtsNs, Is.InRange(before - 1_000_000_000, before + 30_000_000_000));
    }

    [Test]
    public async Task Receive_FromOneSourceOnly_OthersAreLeftOut()
    {
        Machine.RequireLinux();
        int port = FreePort("0.0.0.0");
        string group = $"232.61.0.1:{port}";
        var wanted = new[] { ("iface", "lo"), ("bind", "127.0.0.2:0") };
        var other = new[] { ("iface", "lo"), ("bind", "127.0.0.3:0") };
        var receive = new[] { ("iface", "lo"), ("source", "127.0.0.2"), ("packets_max", "2") };

        var output = await ExchangeAsync(group, receive, 2,
            (other, [Message.Of("not this")]), (wanted, [Message.Of("this")]), (other, [Message.Of("nor this")]),
            (wanted, [Message.Of("and this")]));

        Assert.That(output, Is.EqualTo(new[] { Message.Of("this"), Message.Of("and this") }));
    }

    [Test]
    public async Task Receive_ExceptFromOne_TheOthersAreTaken()
    {
        Machine.RequireLinux();
        string group = $"239.255.61.9:{FreePort("0.0.0.0")}";
        var wanted = new[] { ("iface", "lo"), ("bind", "127.0.0.2:0") };
        var other = new[] { ("iface", "lo"), ("bind", "127.0.0.3:0") };

        var output = await ExchangeAsync(group, [("iface", "lo"), ("exclude", "127.0.0.3"), ("packets_max", "1")], 1,
            (other, [Message.Of("not this")]), (wanted, [Message.Of("this")]));

        Assert.That(output, Is.EqualTo(new[] { Message.Of("this") }));
    }

    [Test]
    public async Task Send_Paced_KeepsAllInOrder()
    {
        string address = $"127.0.0.1:{FreePort("127.0.0.1")}";
        var input = Enumerable.Range(0, 100).Select(i => (Message)Cuts.RandomBytes(i, 1316)).ToList();

        var output = await ExchangeAsync(address, input, [("pace", "20M")], [("packets_max", "100")], 100);

        Assert.That(output, Is.EqualTo(input));
    }

    [Test]
    public async Task Send_Paced_TellsHowLateItWas()
    {
        string address = $"127.0.0.1:{FreePort("127.0.0.1")}";
        var sender = twins.Make("udp.send", ("address", address), ("pace", "5M"));

        await Graphs.RunAsync(new ChunkSource(Enumerable.Repeat((Message)new byte[1316], 100)), sender);

        Assert.That(Graphs.Counter(sender, "pace_late_ns_max"), Is.GreaterThan(0));
        Assert.That(Graphs.Counter(sender, "pace_jitter_ns"),
            Is.InRange(0, Graphs.Counter(sender, "pace_late_ns_max")), "a mean of differences");
    }

    [Test]
    public async Task Send_Unpaced_IsNeverLate()
    {
        string address = $"127.0.0.1:{FreePort("127.0.0.1")}";
        var sender = twins.Make("udp.send", ("address", address));

        await Graphs.RunAsync(new ChunkSource(Enumerable.Repeat((Message)new byte[1316], 100)), sender);

        Assert.That(Graphs.Counter(sender, "pace_late_ns_max") + Graphs.Counter(sender, "pace_jitter_ns"), Is.Zero);
    }

    [Test]
    public async Task Receive_WhileNothingComes_TheSchedulerSleeps()
    {
        Machine.RequireLinux();
        await using var graph = twins.NewGraph();
        var receiver = twins.Make("udp.recv", ("address", $"127.0.0.1:{FreePort("127.0.0.1")}"));
        graph.Pipe(receiver, new ChunkSink());
        graph.Start();
        await Wire.PortOfAsync(receiver);
        await Task.Delay(100);

        long before = graph.Snapshot().Schedulers.Sum(each => each.Parks);
        await Task.Delay(1_000);
        long parks = graph.Snapshot().Schedulers.Sum(each => each.Parks) - before;

        Assert.That(parks, Is.LessThanOrEqualTo(4), "each look wakes it once; nothing else may");
        await graph.StopAsync(new StopOptions(TimeSpan.Zero));
    }

    [Test]
    public async Task Send_WhereNobodyListens_GoesOn()
    {
        await Graphs.RunAsync(new ChunkSource(Enumerable.Repeat((Message)new byte[100], 50)),
            twins.Make("udp.send", ("address", $"127.0.0.1:{FreePort("127.0.0.1")}")));
    }

    [Test]
    public async Task Send_ADatagramLongerThanUdpCarries_IsAFault()
    {
        var fault = await Graphs.FaultOfAsync(new ChunkSource([new byte[65_508]]),
            twins.Make("udp.send", ("address", "127.0.0.1:9")));

        Assert.That(fault.Message, Does.Contain("a datagram of 65508 bytes came in, and UDP carries 65507 at most"));
    }

    [Test]
    public async Task Receive_StoppedWhileItWaits_Ends()
    {
        await using var graph = twins.NewGraph();
        var receiver = twins.Make("udp.recv", ("address", "127.0.0.1:0"));
        graph.Pipe(receiver, new ChunkSink());
        graph.Start();
        await Wire.PortOfAsync(receiver);

        await graph.StopAsync();

        Assert.That(receiver.End!.Kind, Is.Not.EqualTo(EndKind.Faulted));
    }

    [TestCase("udp.recv", "127.0.0.1:BUSY", "", "another socket has it")]
    [TestCase("udp.recv", "239.255.61.1:5004", "iface=nosuch0", "there is no interface 'nosuch0'")]
    [TestCase("udp.send", "239.255.61.1:5004", "iface=203.0.113.77", "no interface has the address 203.0.113.77")]
    [TestCase("udp.recv", "127.0.0.1:5004", "source=127.0.0.1", "only a multicast group has sources")]
    [TestCase("udp.recv", "239.255.61.1:0", "", "a group needs a port")]
    [TestCase("udp.send", "127.0.0.1:0", "", "port 0")]
    [TestCase("udp.send", ":5004", "", "a host is missing")]
    [TestCase("udp.recv", "no-such-host.invalid:5004", "", "cannot look up 'no-such-host.invalid'")]
    [TestCase("udp.send", "127.0.0.1:5004", "bind=203.0.113.77:0", "no interface of this machine has that address")]
    public async Task Start_WhatCannotBeHad_IsAFaultThatSaysWhy(string name, string address, string more, string why)
    {
        using var busy = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        busy.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        address = address.Replace("BUSY", $"{((IPEndPoint)busy.LocalEndPoint!).Port}");

        string message = await MessageOfStartAsync(name, [("address", address), .. Options(more)]);

        Assert.That(message, Does.Contain(why));
    }

    [TestCase("udp.send", "127.0.0.1:5004", "ttl=256", "ttl")]
    [TestCase("udp.send", "127.0.0.1:5004", "gso=1", "gso")]
    [TestCase("udp.send", "127.0.0.1:5004", "pace=fast", "pace")]
    [TestCase("udp.recv", "127.0.0.1:5004", "gro=maybe", "gro")]
    [TestCase("udp.recv", "127.0.0.1:5004", "datagram_bytes_max=0", "datagram_bytes_max")]
    [TestCase("udp.recv", "127.0.0.1", "", "address")]
    [TestCase("udp.recv", "127.0.0.1:5004", "speed=2", "speed")]
    public async Task Make_ABadOption_IsRefusedByName(string name, string address, string more, string option)
    {
        string message = await MessageOfStartAsync(name, [("address", address), .. Options(more)]);

        Assert.That(message, Does.Contain(option));
    }

    /// <summary>What refuses: the factory for what a table can know, the start for the rest. Either names it.</summary>
    private async Task<string> MessageOfStartAsync(string name, (string, string)[] options)
    {
        try
        {
            var component = twins.Make(name, options);
            return (await (name == "udp.send"
                ? Graphs.FaultOfAsync(new ChunkSource([new byte[1]]), component)
                : Graphs.FaultOfAsync(component, new ChunkSink()))).Message;
        }
        catch (Exception e) when (e is ArgumentException or IOException or Interop.NativeException)
        {
            return e.Message;
        }
    }

    private Task<List<Message>> ExchangeAsync(string address, List<Message> input, (string, string)[] send,
        (string, string)[] receive) =>
        ExchangeAsync(address, input, send, [.. receive, ("packets_max", $"{input.Count}")], input.Count);

    private Task<List<Message>> ExchangeAsync(string address, List<Message> input, (string, string)[] send,
        (string, string)[] receive, int? count) => ExchangeAsync(address, [.. receive.Where(Receives)], count,
        ([.. send.Where(Sends)], input));

    /// <summary>Receives until the receiver ends by itself, while the senders run one after the other.</summary>
    private async Task<List<Message>> ExchangeAsync(string address, (string, string)[] receive, int? count,
        params ((string, string)[] Options, List<Message> Messages)[] senders)
    {
        var sink = new ChunkSink();
        var receiver = twins.Make("udp.recv", [("address", address), .. receive]);
        await using var graph = twins.NewGraph("receiver");
        graph.Pipe(receiver, sink);
        graph.Start();
        await Wire.PortOfAsync(receiver);
        foreach (var (options, messages) in senders)
        {
            await using var sending = twins.NewGraph("sender");
            sending.Pipe(new ChunkSource(messages), twins.Make("udp.send", [("address", address), .. options]));
            await sending.RunAsync().WaitAsync(Graphs.Bound);
        }
        await graph.Completion.WaitAsync(Graphs.Bound);
        if (count is not null)
            Assert.That(sink.Messages, Has.Count.EqualTo(count));
        return sink.Messages;
    }

    private static bool Sends((string Name, string) option) => option.Name is not ("source" or "exclude");

    private static bool Receives((string Name, string) option) => option.Name is not ("ttl" or "loop");

    private static (string, string)[] Options(string text) =>
        [.. from word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            select (word.Split('=')[0], word.Split('=')[1])];

    private static int FreePort(string host)
    {
        var family = host.StartsWith('[') ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        if (family == AddressFamily.InterNetworkV6 && !Socket.OSSupportsIPv6)
            Assert.Ignore("skipped, because this machine has no IPv6");
        using var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

[TestFixture]
internal sealed class ManagedUdpTests() : UdpContract(TwinMaker.Managed);

[TestFixture]
internal sealed class ManagedUdpByDotNetTests() : UdpContract(TwinMaker.ManagedByDotNet);

[TestFixture]
internal sealed class NativeUdpTests() : UdpContract(TwinMaker.Native);
