using System.Net;
using System.Net.Sockets;
using Kamaelia.Net;

namespace Kamaelia.Simulation.Tests.Net;

/// <summary>What every <see cref="Network"/> does, real or not.</summary>
[NonParallelizable]
public abstract partial class NetworkContract
{
    /// <summary>Two places that reach each other; the second one has two addresses to send from.</summary>
    protected abstract Network Here { get; }

    protected abstract Network There { get; }

    protected abstract IPAddress HereAddress { get; }

    protected abstract IPAddress ThereAddress { get; }

    protected abstract IPAddress OtherThereAddress { get; }

    protected abstract Network OtherThere { get; }

    protected abstract IPAddress ForeignAddress { get; }

    protected abstract TimeProvider Time { get; }

    /// <summary>Runs it to its end, within a bound.</summary>
    protected abstract void Drive(Func<Task> body);

    protected static readonly IPAddress Group = IPAddress.Parse("239.255.71.1");

    private const string Text = "what is sent";

    private static byte[] Bytes(string text) => System.Text.Encoding.ASCII.GetBytes(text);

    private Task Pause() => Task.Delay(TimeSpan.FromMilliseconds(100), Time);

    private UdpSocket Bound(Network network, IPAddress address, int port = 0)
    {
        var socket = network.OpenUdp(AddressFamily.InterNetwork);
        socket.Bind(new IPEndPoint(address, port));
        return socket;
    }

    private async Task<string?> NextAsync(UdpSocket socket)
    {
        byte[] buffer = new byte[2048];
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(300), Time);
        try
        {
            int bytes = await socket.ReceiveAsync(buffer, limit.Token);
            return System.Text.Encoding.ASCII.GetString(buffer, 0, bytes);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    [Test]
    public void Udp_ManyDatagrams_ArriveUnchangedAndInOrder() => Drive(async () =>
    {
        using var receiver = Bound(Here, HereAddress);
        using var sender = There.OpenUdp(AddressFamily.InterNetwork);
        sender.Connect(receiver.LocalEndPoint);
        for (int i = 0; i < 50; i++)
        {
            await sender.SendAsync(Bytes($"{Text} {i}"));
            Assert.That(await NextAsync(receiver), Is.EqualTo($"{Text} {i}"));
        }
        Assert.That(sender.LocalEndPoint.Port, Is.Not.Zero);
    });

    [Test]
    public void Udp_NothingThere_WouldBlock() => Drive(() =>
    {
        using var receiver = Bound(Here, HereAddress);
        Assert.That(receiver.TryReceive(new byte[10], out var error), Is.Zero);
        Assert.That(error, Is.EqualTo(SocketError.WouldBlock));
        return Task.CompletedTask;
    });

    [Test]
    public void Udp_SentToAndReceivedFrom_TellsTheSender() => Drive(async () =>
    {
        using var receiver = Bound(Here, HereAddress);
        using var sender = Bound(There, ThereAddress);
        int sent = sender.TrySendTo(Bytes(Text), receiver.LocalEndPoint, out var error);
        var got = await receiver.ReceiveFromAsync(new byte[100]);
        Assert.That((sent, error), Is.EqualTo((Text.Length, SocketError.Success)));
        Assert.That(got.From, Is.EqualTo(sender.LocalEndPoint));
        Assert.That(got.Bytes, Is.EqualTo(Text.Length));
    });

    [Test]
    public void Udp_Connected_TakesFromThereOnly() => Drive(async () =>
    {
        using var receiver = Bound(Here, HereAddress);
        using var wanted = Bound(There, ThereAddress);
        using var other = Bound(There, ThereAddress);
        receiver.Connect(wanted.LocalEndPoint);
        other.TrySendTo(Bytes("not this"), receiver.LocalEndPoint, out _);
        wanted.TrySendTo(Bytes("this"), receiver.LocalEndPoint, out _);
        Assert.That(await NextAsync(receiver), Is.EqualTo("this"));
        Assert.That(await NextAsync(receiver), Is.Null);
    });

    [Test]
    public void Udp_WhereNobodyListens_IsReportedOnceAndThenGoesOn() => Drive(async () =>
    {
        var gone = Bound(Here, HereAddress);
        var at = gone.LocalEndPoint;
        gone.Dispose();
        using var sender = There.OpenUdp(AddressFamily.InterNetwork);
        sender.Connect(at);
        sender.TrySend(Bytes(Text), out var first);
        await Pause();
        sender.TrySend(Bytes(Text), out var second);
        await Pause();
        sender.TryReceive(new byte[10], out var third);
        sender.TryReceive(new byte[10], out var fourth);
        Assert.That(new[] { first, second, third, fourth }, Is.EqualTo(new[]
        {
            SocketError.Success, SocketError.ConnectionRefused, SocketError.WouldBlock, SocketError.WouldBlock,
        }));
    });

    [Test]
    public void Udp_AWaitForNobody_EndsWithTheRefusal() => Drive(async () =>
    {
        var gone = Bound(Here, HereAddress);
        using var sender = There.OpenUdp(AddressFamily.InterNetwork);
        sender.Connect(gone.LocalEndPoint);
        gone.Dispose();
        var waiting = sender.ReceiveAsync(new byte[10]).AsTask();
        sender.TrySend(Bytes(Text), out _);
        var fault = await Fault(waiting);
        Assert.That(((SocketException)fault).SocketErrorCode, Is.EqualTo(SocketError.ConnectionRefused));
    });

    [Test]
    public void Udp_ADatagramLongerThanTheBuffer_IsCutOff() => Drive(async () =>
    {
        using var receiver = Bound(Here, HereAddress);
        using var sender = There.OpenUdp(AddressFamily.InterNetwork);
        sender.TrySendTo(Bytes(Text), receiver.LocalEndPoint, out _);
        await Pause();
        byte[] buffer = new byte[4];
        receiver.TryReceive(buffer, out _);
        Assert.That(buffer, Is.EqualTo(Bytes("what")));
    });

    [Test]
    public void Udp_MoreThanUdpCarries_IsRefused() => Drive(() =>
    {
        using var sender = There.OpenUdp(AddressFamily.InterNetwork);
        sender.Connect(new IPEndPoint(HereAddress, 9));
        sender.TrySend(new byte[65_508], out var error);
        Assert.That(error, Is.EqualTo(SocketError.MessageSize));
        return Task.CompletedTask;
    });

    [Test]
    public void Udp_NotConnected_HasNowhereToSendTo() => Drive(() =>
    {
        using var sender = There.OpenUdp(AddressFamily.InterNetwork);
        sender.TrySend(new byte[1], out var error);
        Assert.That(error, Is.EqualTo(SocketError.DestinationAddressRequired));
        return Task.CompletedTask;
    });

    [Test]
    public void Udp_WaitCancelled_TakesNothing() => Drive(async () =>
    {
        using var receiver = Bound(Here, HereAddress);
        using var sender = There.OpenUdp(AddressFamily.InterNetwork);
        Assert.That(await NextAsync(receiver), Is.Null);
        sender.TrySendTo(Bytes(Text), receiver.LocalEndPoint, out _);
        Assert.That(await NextAsync(receiver), Is.EqualTo(Text));
    });

    [Test]
    public void Udp_ClosedWhileItWaits_EndsTheWait() => Drive(async () =>
    {
        var receiver = Bound(Here, HereAddress);
        var waiting = receiver.ReceiveAsync(new byte[10]).AsTask();
        receiver.Dispose();
        Assert.That(await Fault(waiting), Is.InstanceOf<SocketException>());
    });

    [Test]
    public void Udp_AddressTaken_IsRefusedUnlessBothShareIt() => Drive(() =>
    {
        using var first = Bound(Here, HereAddress);
        using var second = Here.OpenUdp(AddressFamily.InterNetwork);
        var fault = Assert.Throws<SocketException>(() => second.Bind(first.LocalEndPoint))!;
        Assert.That(fault.SocketErrorCode, Is.EqualTo(SocketError.AddressAlreadyInUse));
        using var third = Here.OpenUdp(AddressFamily.InterNetwork);
        using var fourth = Here.OpenUdp(AddressFamily.InterNetwork);
        third.ShareAddress();
        fourth.ShareAddress();
        third.Bind(new IPEndPoint(HereAddress, 0));
        fourth.Bind(third.LocalEndPoint);
        return Task.CompletedTask;
    });

    [Test]
    public void Udp_AddressOfAnother_IsRefused() => Drive(() =>
    {
        using var socket = Here.OpenUdp(AddressFamily.InterNetwork);
        var fault = Assert.Throws<SocketException>(() => socket.Bind(new IPEndPoint(ForeignAddress, 0)))!;
        Assert.That(fault.SocketErrorCode, Is.EqualTo(SocketError.AddressNotAvailable));
        return Task.CompletedTask;
    });

    [Test]
    public void Names_LocalAndUnknown_AreFoundAndNotFound() => Drive(async () =>
    {
        var local = await Here.ResolveAsync("localhost", AddressFamily.InterNetwork);
        var figures = await Here.ResolveAsync("10.1.2.3", AddressFamily.Unspecified);
        var fault = await Fault(Here.ResolveAsync("no-such-host.invalid", AddressFamily.Unspecified).AsTask());
        Assert.That(local, Does.Contain(IPAddress.Loopback));
        Assert.That(figures, Is.EqualTo(new[] { IPAddress.Parse("10.1.2.3") }));
        Assert.That(((SocketException)fault).SocketErrorCode,
            Is.AnyOf(SocketError.HostNotFound, SocketError.TryAgain, SocketError.NoData));
    });

    [Test]
    public void Interfaces_WhenListed_HaveTheHostsAddress()
    {
        var all = Here.ListInterfaces();
        Assert.That(all.SelectMany(each => each.Addresses), Does.Contain(HereAddress));
        Assert.That(all.Select(each => each.Index), Is.Unique);
    }

    protected static async Task<Exception> Fault(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception e)
        {
            return e;
        }
        throw new AssertionException("It was expected to fail, and did not.");
    }
}
