using System.Net;
using System.Net.Sockets;
using Kamaelia.Net;

namespace Kamaelia.Simulation.Tests.Net;

/// <summary>NATs against RFC 4787: mapping, filtering, time-outs, hairpinning, and who reaches whom.</summary>
[TestFixture]
public sealed class NatTests
{
    private const string Nat = "203.0.113.1";
    private SimulatedWorld _world = null!;
    private NetworkSegment _outside = null!;
    private SimulatedHost _server = null!, _other = null!;

    [SetUp]
    public void MakeWorld()
    {
        _world = new SimulatedWorld(1);
        _outside = _world.Network.AddSegment("outside", new LinkProfile { Delay = TimeSpan.FromMilliseconds(5) });
        _server = Attach(_outside, "server", "198.51.100.1");
        _other = Attach(_outside, "other", "198.51.100.2");
    }

    [TearDown]
    public void EndWorld() => _world.Dispose();

    private SimulatedHost Attach(NetworkSegment segment, string name, string address)
    {
        var host = _world.AddHost(name);
        segment.Attach(host, address);
        return host;
    }

    private (SimulatedNat Nat, SimulatedHost Host) Behind(NatOptions options, string name = "inside",
        string address = Nat)
    {
        var inside = _world.Network.AddSegment(name + "-lan");
        var nat = _world.Network.AddNat(inside, _outside, address, options);
        return (nat, Attach(inside, name, "192.168.0.2"));
    }

    private static UdpSocket Open(SimulatedHost host, int port)
    {
        var socket = host.Network.OpenUdp(AddressFamily.InterNetwork);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        return socket;
    }

    private static IPEndPoint At(string address, int port) => new(IPAddress.Parse(address), port);

    /// <summary>Sends, and tells where from the receiver saw it come; null: it did not come.</summary>
    private IPEndPoint? Pass(UdpSocket from, IPEndPoint to, UdpSocket receiver)
    {
        from.TrySendTo("hello"u8, to, out var error);
        Assert.That(error, Is.EqualTo(SocketError.Success));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), _world.Time);
        var receiving = receiver.ReceiveFromAsync(new byte[100], limit.Token).AsTask();
        _world.RunUntil(() => receiving.IsCompleted, TimeSpan.FromSeconds(2));
        return receiving.IsCompletedSuccessfully ? receiving.Result.From : null;
    }

    private static readonly NatOptions[] s_types =
        [NatOptions.FullCone, NatOptions.Restricted, NatOptions.PortRestricted, NatOptions.Symmetric];

    // From: another port of the host that was sent to; another host.
    [TestCase(0, true, true, true)]
    [TestCase(1, true, true, false)]
    [TestCase(2, true, false, false)]
    [TestCase(3, false, false, false)]
    public void Nat_OfEachType_MapsAndFiltersAsNamed(int type, bool sameMapping, bool otherPort, bool otherHost)
    {
        var (nat, inside) = Behind(s_types[type]);
        using var socket = Open(inside, 1000);
        using var server = Open(_server, 2000);
        using var serverToo = Open(_server, 2001);
        using var other = Open(_other, 2000);

        var seen = Pass(socket, server.LocalEndPointOf("198.51.100.1"), server)!;
        Assert.That(seen.Address, Is.EqualTo(IPAddress.Parse(Nat)));
        Assert.That(Pass(server, seen, socket), Is.EqualTo(At("198.51.100.1", 2000)), "the answer comes in");
        Assert.That(Pass(serverToo, seen, socket) is not null, Is.EqualTo(otherPort));
        Assert.That(Pass(other, seen, socket) is not null, Is.EqualTo(otherHost));
        var seenByOther = Pass(socket, At("198.51.100.2", 2000), other)!;
        Assert.That(seenByOther.Equals(seen), Is.EqualTo(sameMapping));
        Assert.That(nat.Mappings, Is.EqualTo(sameMapping ? 1 : 2));
        Assert.That(nat.Filtered, Is.EqualTo((otherPort ? 0 : 1) + (otherHost ? 0 : 1)));
    }

    [Test]
    public void Mapping_AddressDependent_IsOnePerHost()
    {
        var (nat, inside) = Behind(new NatOptions(NatBehaviour.AddressDependent, NatBehaviour.AddressDependent));
        using var socket = Open(inside, 1000);
        using var server = Open(_server, 2000);
        using var serverToo = Open(_server, 2001);
        using var other = Open(_other, 2000);

        var first = Pass(socket, At("198.51.100.1", 2000), server);
        Assert.That(Pass(socket, At("198.51.100.1", 2001), serverToo), Is.EqualTo(first));
        Assert.That(Pass(socket, At("198.51.100.2", 2000), other), Is.Not.EqualTo(first));
        Assert.That(nat.Mappings, Is.EqualTo(2));
    }

    [Test]
    public void Mapping_NobodyUses_TimesOutAndOutboundTrafficRefreshesIt()
    {
        var (nat, inside) = Behind(NatOptions.FullCone with { MappingTimeout = TimeSpan.FromMinutes(2) });
        using var socket = Open(inside, 1000);
        using var server = Open(_server, 2000);
        var seen = Pass(socket, At("198.51.100.1", 2000), server)!;
        _world.RunFor(TimeSpan.FromSeconds(100));
        Assert.That(Pass(socket, At("198.51.100.1", 2000), server), Is.EqualTo(seen));
        _world.RunFor(TimeSpan.FromSeconds(100));
        Assert.That(Pass(server, seen, socket), Is.Not.Null, "refreshed by what went out");
        _world.RunFor(TimeSpan.FromSeconds(60));
        Assert.That(Pass(server, seen, socket), Is.Null, "what comes in does not refresh it");
        Assert.That(nat.Mappings, Is.Zero);
        Assert.That(Pass(socket, At("198.51.100.1", 2000), server), Is.Not.EqualTo(seen));
    }

    [Test]
    public void Mapping_WithInboundRefresh_IsKeptByWhatComesIn()
    {
        var (_, inside) = Behind(NatOptions.FullCone with
        {
            MappingTimeout = TimeSpan.FromMinutes(2),
            InboundRefresh = true,
        });
        using var socket = Open(inside, 1000);
        using var server = Open(_server, 2000);
        var seen = Pass(socket, At("198.51.100.1", 2000), server)!;
        for (int i = 0; i < 5; i++)
        {
            _world.RunFor(TimeSpan.FromSeconds(100));
            Assert.That(Pass(server, seen, socket), Is.Not.Null);
        }
    }

    [Test]
    public void Mapping_ThatKeepsPorts_TakesTheInsidePortWhereItIsFree()
    {
        var inside = _world.Network.AddSegment("lan");
        _world.Network.AddNat(inside, _outside, Nat, NatOptions.FullCone with { KeepsPorts = true });
        using var first = Open(Attach(inside, "first", "192.168.0.2"), 1000);
        using var second = Open(Attach(inside, "second", "192.168.0.3"), 1000);
        using var server = Open(_server, 2000);
        Assert.That(Pass(first, At("198.51.100.1", 2000), server), Is.EqualTo(At(Nat, 1000)));
        Assert.That(Pass(second, At("198.51.100.1", 2000), server)!.Port, Is.Not.EqualTo(1000));
    }

    [Test]
    public void Hairpin_BetweenInsideHosts_WorksWhereItIsOn([Values] bool hairpins)
    {
        var inside = _world.Network.AddSegment("lan");
        _world.Network.AddNat(inside, _outside, Nat, NatOptions.FullCone with { Hairpins = hairpins });
        using var first = Open(Attach(inside, "first", "192.168.0.2"), 1000);
        using var second = Open(Attach(inside, "second", "192.168.0.3"), 1000);
        using var server = Open(_server, 2000);
        var mapped = Pass(second, At("198.51.100.1", 2000), server)!;
        var seen = Pass(first, mapped, second);
        Assert.That(seen?.Address, Is.EqualTo(hairpins ? IPAddress.Parse(Nat) : null), "its outside address (REQ-9a)");
    }

    [Test]
    public void Outside_WithoutAMapping_ComesNotIn()
    {
        var (nat, inside) = Behind(NatOptions.FullCone);
        using var socket = Open(inside, 1000);
        using var server = Open(_server, 2000);
        Assert.That(Pass(server, At(Nat, 1000), socket), Is.Null);
        Assert.That(nat.Filtered, Is.EqualTo(1));
    }

    // Both know the other's address as the server saw it, and send to it: the matrix of RFC 5128.
    [Test]
    public void HolePunching_BetweenEveryTwoTypes_WorksWhereItCan([Range(0, 3)] int first, [Range(0, 3)] int second)
    {
        var (_, a) = Behind(s_types[first], "a", "203.0.113.10");
        var (_, b) = Behind(s_types[second], "b", "203.0.113.20");
        using var socketA = Open(a, 1000);
        using var socketB = Open(b, 1000);
        using var server = Open(_server, 2000);
        var seenA = Pass(socketA, At("198.51.100.1", 2000), server)!;
        var seenB = Pass(socketB, At("198.51.100.1", 2000), server)!;

        for (int i = 0; i < 3; i++) // The first may meet a closed door: it opens the sender's own.
        {
            socketA.TrySendTo("a"u8, seenB, out _);
            socketB.TrySendTo("b"u8, seenA, out _);
            _world.RunFor(TimeSpan.FromSeconds(1));
        }
        bool aHears = socketA.TryReceive(new byte[10], out _) > 0, bHears = socketB.TryReceive(new byte[10], out _) > 0;

        bool symmetricMeetsPorts = (first == 3 && second >= 2) || (second == 3 && first >= 2);
        Assert.That(aHears || bHears, Is.EqualTo(!symmetricMeetsPorts));
        Assert.That(aHears && bHears, Is.EqualTo(first < 3 && second < 3), "without answering where it came from");
    }

    [Test]
    public void Stream_ThroughANat_OpensFromInside()
    {
        var (_, inside) = Behind(NatOptions.Symmetric);
        using var listener = _server.Network.Listen(At("198.51.100.1", 80));
        Worlds.Drive(_world, async () =>
        {
            var accepting = listener.AcceptAsync().AsTask();
            using var client = await inside.Network.ConnectAsync(At("198.51.100.1", 80));
            using var server = await accepting;
            Assert.That(server.RemoteEndPoint.Address, Is.EqualTo(IPAddress.Parse(Nat)));
            await server.WriteAsync("hello"u8.ToArray());
            byte[] buffer = new byte[10];
            Assert.That(await client.ReadAsync(buffer), Is.EqualTo(5));
        });
    }

    [Test]
    public void Answer_OfTheNetwork_FindsItsWayBackThroughANat()
    {
        var (_, inside) = Behind(NatOptions.PortRestricted);
        using var socket = Open(inside, 1000);
        socket.Connect(At("198.51.100.1", 9));
        socket.TrySend("x"u8, out _);
        _world.RunFor(TimeSpan.FromSeconds(1));
        socket.TryReceive(new byte[10], out var error);
        Assert.That(error, Is.EqualTo(SocketError.ConnectionRefused));
    }
}

internal static class SocketEnds
{
    public static IPEndPoint LocalEndPointOf(this UdpSocket socket, string address) =>
        new(IPAddress.Parse(address), socket.LocalEndPoint.Port);
}
