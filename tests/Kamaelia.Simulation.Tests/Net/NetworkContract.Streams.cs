using System.Net;
using System.Net.Sockets;
using Kamaelia.Net;

namespace Kamaelia.Simulation.Tests.Net;

// Streams.
public abstract partial class NetworkContract
{
    private async Task<(StreamSocket Near, StreamSocket Far, StreamListener Listener)> PairAsync()
    {
        var listener = Here.Listen(new IPEndPoint(HereAddress, 0));
        var accepting = listener.AcceptAsync().AsTask();
        var far = await There.ConnectAsync(listener.LocalEndPoint);
        return (await accepting, far, listener);
    }

    private static async Task<byte[]> ReadAllAsync(StreamSocket stream)
    {
        var all = new MemoryStream();
        byte[] buffer = new byte[10_000];
        while (await stream.ReadAsync(buffer) is var bytes and > 0)
            all.Write(buffer, 0, bytes);
        return all.ToArray();
    }

    private static byte[] Many(int count)
    {
        byte[] bytes = new byte[count];
        new SimulatedRandom(1, "bytes").Fill(bytes);
        return bytes;
    }

    [Test]
    public void Stream_BothWays_DeliversEveryByteInOrder() => Drive(async () =>
    {
        var (near, far, listener) = await PairAsync();
        byte[] there = Many(3_000_000), back = Many(700_001);
        var writing = Task.WhenAll(WriteAsync(near, there), WriteAsync(far, back));
        var reading = Task.WhenAll(ReadAllAsync(far), ReadAllAsync(near));
        await writing;
        byte[][] got = await reading;
        Assert.That(got[0].AsSpan().SequenceEqual(there), Is.True);
        Assert.That(got[1].AsSpan().SequenceEqual(back), Is.True);
        near.Dispose();
        far.Dispose();
        listener.Dispose();

        static async Task WriteAsync(StreamSocket stream, byte[] bytes)
        {
            await stream.WriteAsync(bytes);
            stream.FinishWriting();
        }
    });

    [Test]
    public void Stream_Ends_KnowEachOther() => Drive(async () =>
    {
        var (near, far, listener) = await PairAsync();
        Assert.That(near.LocalEndPoint, Is.EqualTo(far.RemoteEndPoint));
        Assert.That(near.RemoteEndPoint, Is.EqualTo(far.LocalEndPoint));
        Assert.That(near.LocalEndPoint, Is.EqualTo(listener.LocalEndPoint));
        near.Dispose();
        far.Dispose();
        listener.Dispose();
    });

    [Test]
    public void Stream_HalfClosed_GoesOnInTheOtherDirection() => Drive(async () =>
    {
        var (near, far, listener) = await PairAsync();
        near.FinishWriting();
        Assert.That(await far.ReadAsync(new byte[10]), Is.Zero);
        await far.WriteAsync(Bytes(Text));
        far.Dispose();
        Assert.That(await ReadAllAsync(near), Is.EqualTo(Bytes(Text)));
        Assert.That(await Fault(near.WriteAsync(new byte[1]).AsTask()), Is.InstanceOf<SocketException>());
        near.Dispose();
        listener.Dispose();
    });

    [Test]
    public void Stream_Closed_StillDeliversWhatWasWritten() => Drive(async () =>
    {
        var (near, far, listener) = await PairAsync();
        byte[] bytes = Many(100_000);
        await near.WriteAsync(bytes);
        near.Dispose();
        Assert.That((await ReadAllAsync(far)).AsSpan().SequenceEqual(bytes), Is.True);
        far.Dispose();
        listener.Dispose();
    });

    [Test]
    public void Stream_Reset_FailsTheOtherEnd() => Drive(async () =>
    {
        var (near, far, listener) = await PairAsync();
        var waiting = far.ReadAsync(new byte[10]).AsTask();
        near.Reset();
        var fault = (SocketException)await Fault(waiting);
        Assert.That(fault.SocketErrorCode, Is.EqualTo(SocketError.ConnectionReset));
        far.Dispose();
        listener.Dispose();
    });

    [Test]
    public void Stream_WhereNobodyListens_IsRefused() => Drive(async () =>
    {
        var listener = Here.Listen(new IPEndPoint(HereAddress, 0));
        var at = listener.LocalEndPoint;
        listener.Dispose();
        var fault = (SocketException)await Fault(There.ConnectAsync(at).AsTask());
        Assert.That(fault.SocketErrorCode, Is.EqualTo(SocketError.ConnectionRefused));
    });

    [Test]
    public void Stream_ReadCancelled_TakesNothing() => Drive(async () =>
    {
        var (near, far, listener) = await PairAsync();
        using (var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(50), Time))
            Assert.That(await Fault(near.ReadAsync(new byte[10], limit.Token).AsTask()),
                Is.InstanceOf<OperationCanceledException>());
        await far.WriteAsync(Bytes(Text));
        far.Dispose();
        Assert.That(await ReadAllAsync(near), Is.EqualTo(Bytes(Text)));
        near.Dispose();
        listener.Dispose();
    });

    [Test]
    public void Stream_ReaderThatWaits_HoldsUpTheWriter() => Drive(async () =>
    {
        var (near, far, listener) = await PairAsync();
        byte[] bytes = Many(20_000_000);
        var writing = near.WriteAsync(bytes).AsTask();
        await Pause();
        Assert.That(writing.IsCompleted, Is.False, "nobody has read, and buffers are not that large");
        near.FinishWritingAfter(writing);
        Assert.That((await ReadAllAsync(far)).AsSpan().SequenceEqual(bytes), Is.True);
        await writing;
        near.Dispose();
        far.Dispose();
        listener.Dispose();
    });

    [Test]
    public void Listener_AcceptCancelledAndClosed_Ends() => Drive(async () =>
    {
        using var listener = Here.Listen(new IPEndPoint(HereAddress, 0));
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(50), Time);
        Assert.That(await Fault(listener.AcceptAsync(limit.Token).AsTask()),
            Is.InstanceOf<OperationCanceledException>());
        var waiting = listener.AcceptAsync().AsTask();
        listener.Dispose();
        Assert.That(await Fault(waiting), Is.InstanceOf<SocketException>());
    });

    [Test]
    public void Listener_PortTaken_IsRefused() => Drive(() =>
    {
        using var listener = Here.Listen(new IPEndPoint(HereAddress, 0));
        var fault = Assert.Throws<SocketException>(() => Here.Listen(listener.LocalEndPoint))!;
        Assert.That(fault.SocketErrorCode, Is.EqualTo(SocketError.AddressAlreadyInUse));
        return Task.CompletedTask;
    });
}

internal static class StreamTasks
{
    /// <summary>Finishes when the write has.</summary>
    public static async void FinishWritingAfter(this StreamSocket stream, Task writing)
    {
        await writing;
        stream.FinishWriting();
    }
}
