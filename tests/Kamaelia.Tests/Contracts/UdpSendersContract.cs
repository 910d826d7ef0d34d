using System.Net;
using System.Net.Sockets;
using System.Text;
using Kamaelia.Axon;
using Kamaelia.Tests.Net;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Contracts;

/// <summary>udp.recv with senders_max: whose datagram each chunk is.</summary>
[NonParallelizable]
public abstract class UdpSendersContract(TwinMaker twins)
{
    [TearDown]
    public void NothingIsLeft() => Graphs.AssertNothingLeft();

    [TestCase("127.0.0.1")]
    [TestCase("[::1]")]
    public async Task Senders_AreNumberedInOrderOfAppearance_AndToldOnce(string host)
    {
        using var senders = new Crowd(host, 3);
        int[] order = [0, 1, 0, 0, 2, 1, 2, 0];

        var (datagrams, told) = await ReceiveAsync(host, senders, order, "10", linked: true);

        Assert.That(datagrams, Is.EqualTo(order.Select((who, i) => ((byte)i, (uint)who + 1))));
        Assert.That(told, Is.EqualTo(
            $"1 {senders.AddressOf(0)}\n2 {senders.AddressOf(1)}\n3 {senders.AddressOf(2)}\n"));
    }

    [Test]
    public async Task Senders_BeyondTheMost_HaveNoNumber()
    {
        using var senders = new Crowd("127.0.0.1", 3);
        int[] order = [2, 1, 0, 2, 0, 1];

        var (datagrams, told) = await ReceiveAsync("127.0.0.1", senders, order, "2", linked: true);

        Assert.That(datagrams.Select(each => each.Tag), Is.EqualTo(new uint[] { 1, 2, 0, 1, 0, 2 }));
        Assert.That(told, Is.EqualTo($"1 {senders.AddressOf(2)}\n2 {senders.AddressOf(1)}\n"));
    }

    [Test]
    public async Task Senders_ThatNobodyListensTo_HoldNothingUp()
    {
        using var senders = new Crowd("127.0.0.1", 40);
        int[] order = [.. Enumerable.Range(0, 40), .. Enumerable.Range(0, 40)];

        var (datagrams, _) = await ReceiveAsync("127.0.0.1", senders, order, "100", linked: false);

        Assert.That(datagrams.Select(each => each.Tag), Is.EqualTo(order.Select(who => (uint)who + 1)));
    }

    [Test]
    public async Task WithoutTheOption_EveryTagIsZero()
    {
        using var senders = new Crowd("127.0.0.1", 2);

        var (datagrams, told) = await ReceiveAsync("127.0.0.1", senders, [0, 1, 0], "0", linked: true);

        Assert.That(datagrams.Select(each => each.Tag), Is.All.Zero);
        Assert.That(told, Is.Empty);
    }

    private async Task<(List<(byte Number, uint Tag)> Datagrams, string Told)> ReceiveAsync(
        string host, Crowd senders, int[] order, string most, bool linked)
    {
        var receiver = twins.Make("udp.recv", ("address", $"{host}:0"), ("senders_max", most),
            ("packets_max", $"{order.Length}"));
        var datagrams = new ChunkSink();
        var told = new ChunkSink();
        await using var graph = twins.NewGraph();
        graph.Pipe(receiver, datagrams);
        if (linked)
            graph.Link(receiver, "senders", graph.Add(told), "inbox");
        graph.Start();
        int port = await Wire.PortOfAsync(receiver);
        for (int i = 0; i < order.Length; i++)
        {
            senders.Send(order[i], [(byte)i], port);
            int sent = i + 1; // One by one: of two sockets the system owes no order.
            await Graphs.UntilAsync(() => receiver.FindOutbox("outbox").Sent >= sent, "the datagram to come");
        }
        await graph.Completion.WaitAsync(Graphs.Bound);
        Assert.That(Graphs.Counter(receiver, "senders"), Is.EqualTo(
            Math.Min(order.Distinct().Count(), int.Parse(most, System.Globalization.CultureInfo.InvariantCulture))));
        return ([.. datagrams.Messages.Select(each => (each.Bytes.Single(), each.Tag))],
            Encoding.ASCII.GetString(told.Bytes));
    }

    /// <summary>Sockets that send.</summary>
    private sealed class Crowd : IDisposable
    {
        private readonly Socket[] _sockets;
        private readonly IPAddress _host;

        public Crowd(string host, int count)
        {
            _host = IPAddress.Parse(host.Trim('[', ']'));
            if (_host.AddressFamily == AddressFamily.InterNetworkV6 && !Socket.OSSupportsIPv6)
                Assert.Ignore("skipped, because this machine has no IPv6");
            _sockets = [.. Enumerable.Range(0, count).Select(_ =>
            {
                var socket = new Socket(_host.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                socket.Bind(new IPEndPoint(_host, 0));
                return socket;
            })];
        }

        public string AddressOf(int index) => $"{_sockets[index].LocalEndPoint}";

        public void Send(int index, byte[] bytes, int port) =>
            _sockets[index].SendTo(bytes, new IPEndPoint(_host, port));

        public void Dispose() => Array.ForEach(_sockets, socket => socket.Dispose());
    }
}

[TestFixture]
internal sealed class ManagedUdpSendersTests() : UdpSendersContract(TwinMaker.Managed);

[TestFixture]
internal sealed class ManagedUdpSendersByDotNetTests() : UdpSendersContract(TwinMaker.ManagedByDotNet);

[TestFixture]
internal sealed class NativeUdpSendersTests() : UdpSendersContract(TwinMaker.Native);
