using System.Net;
using System.Net.Sockets;
using Kamaelia.Net;

namespace Kamaelia.Simulation.Tests.Net;

// Multicast.
public abstract partial class NetworkContract
{
    private int IndexOf(Network network, IPAddress address) =>
        network.ListInterfaces().First(each => each.Addresses.Contains(address)).Index;

    private int HereIndex => IndexOf(Here, HereAddress);

    private UdpSocket Listening(int port = 0)
    {
        var socket = Here.OpenUdp(AddressFamily.InterNetwork);
        socket.ShareAddress();
        socket.TakeOnlyOwnGroups();
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        return socket;
    }

    private UdpSocket SendingTo(int port, Network network, IPAddress from)
    {
        var socket = Bound(network, from);
        var by = network.ListInterfaces();
        socket.SendMulticastThrough((by.FirstOrDefault(each => each.Addresses.Contains(from)) ?? by[0]).Index);
        socket.Connect(new IPEndPoint(Group, port));
        return socket;
    }

    private static void Send(UdpSocket socket, string text)
    {
        socket.TrySend(Bytes(text), out var error);
        Assert.That(error, Is.EqualTo(SocketError.Success));
    }

    [Test]
    public void Group_JoinedAndLeft_IsReceivedInBetween() => Drive(async () =>
    {
        using var receiver = Listening();
        using var sender = SendingTo(receiver.LocalEndPoint.Port, There, ThereAddress);
        Send(sender, "before");
        Assert.That(await NextAsync(receiver), Is.Null);
        receiver.Join(Group, HereIndex);
        Send(sender, "within");
        Assert.That(await NextAsync(receiver), Is.EqualTo("within"));
        receiver.Leave(Group, HereIndex);
        Send(sender, "after");
        Assert.That(await NextAsync(receiver), Is.Null);
    });

    [Test]
    public void Group_SeveralReceivers_EachGetsItsCopy() => Drive(async () =>
    {
        using var first = Listening();
        using var second = Listening(first.LocalEndPoint.Port);
        first.Join(Group, HereIndex);
        second.Join(Group, HereIndex);
        using var sender = SendingTo(first.LocalEndPoint.Port, There, ThereAddress);
        Send(sender, Text);
        Assert.That(await NextAsync(first), Is.EqualTo(Text));
        Assert.That(await NextAsync(second), Is.EqualTo(Text));
    });

    [Test]
    public void Group_FromOneSource_OthersAreLeftOut() => Drive(async () =>
    {
        using var receiver = Listening();
        receiver.JoinSource(Group, HereIndex, ThereAddress);
        using var wanted = SendingTo(receiver.LocalEndPoint.Port, There, ThereAddress);
        using var other = SendingTo(receiver.LocalEndPoint.Port, OtherThere, OtherThereAddress);
        Send(other, "not this");
        Send(wanted, "this");
        Assert.That(await NextAsync(receiver), Is.EqualTo("this"));
        Assert.That(await NextAsync(receiver), Is.Null);
    });

    [Test]
    public void Group_ExceptFromOne_TheOthersAreTaken() => Drive(async () =>
    {
        using var receiver = Listening();
        receiver.Join(Group, HereIndex);
        receiver.Block(Group, HereIndex, OtherThereAddress);
        using var wanted = SendingTo(receiver.LocalEndPoint.Port, There, ThereAddress);
        using var other = SendingTo(receiver.LocalEndPoint.Port, OtherThere, OtherThereAddress);
        Send(other, "not this");
        Send(wanted, "this");
        Assert.That(await NextAsync(receiver), Is.EqualTo("this"));
        Assert.That(await NextAsync(receiver), Is.Null);
    });

    [Test]
    public void Group_OnTheSendersOwnHost_IsReceivedUnlessLoopbackIsOff([Values] bool loops) => Drive(async () =>
    {
        using var receiver = Listening();
        receiver.Join(Group, HereIndex);
        using var sender = SendingTo(receiver.LocalEndPoint.Port, Here, HereAddress);
        sender.SetMulticastLoopback(loops);
        sender.SetMulticastTimeToLive(0); // Not further than this host.
        Send(sender, Text);
        // What the loopback interface sends always comes back.
        bool isHeard = loops || IPAddress.IsLoopback(HereAddress);
        Assert.That(await NextAsync(receiver), Is.EqualTo(isHeard ? Text : null));
    });

    [Test]
    public void Group_JoinedTwice_IsRefused() => Drive(() =>
    {
        using var receiver = Listening();
        receiver.Join(Group, HereIndex);
        Assert.Throws<SocketException>(() => receiver.Join(Group, HereIndex));
        return Task.CompletedTask;
    });
}
