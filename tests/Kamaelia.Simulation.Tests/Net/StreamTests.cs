using System.Net;
using System.Net.Sockets;
using Kamaelia.Net;

namespace Kamaelia.Simulation.Tests.Net;

/// <summary>Streams over links that lose, reorder and double, and to hosts that die.</summary>
[TestFixture]
public sealed class StreamTests
{
    private static readonly IPEndPoint s_at = new(IPAddress.Parse("10.0.0.2"), 80);

    private static readonly LinkProfile s_rough = new()
    {
        Delay = TimeSpan.FromMilliseconds(20),
        Jitter = TimeSpan.FromMilliseconds(5),
        Loss = 0.05,
        Reorder = 0.05,
        ReorderDelay = TimeSpan.FromMilliseconds(15),
        Duplicate = 0.05,
    };

    private static (SimulatedWorld World, SimulatedHost A, SimulatedHost B) Pair(ulong seed, LinkProfile link)
    {
        var world = new SimulatedWorld(seed);
        var (a, b) = (world.AddHost("a"), world.AddHost("b"));
        var lan = world.Network.AddSegment("lan", link);
        lan.Attach(a, "10.0.0.1");
        lan.Attach(b, "10.0.0.2");
        return (world, a, b);
    }

    private static byte[] Bytes(ulong seed, int count)
    {
        byte[] bytes = new byte[count];
        new SimulatedRandom(seed, "bytes").Fill(bytes);
        return bytes;
    }

    private static async Task<byte[]> ReadAllAsync(StreamSocket stream)
    {
        var all = new MemoryStream();
        byte[] buffer = new byte[5000];
        while (await stream.ReadAsync(buffer) is var bytes and > 0)
            all.Write(buffer, 0, bytes);
        return all.ToArray();
    }

    private static ulong Transfer(ulong seed, LinkProfile link, int count)
    {
        var (world, a, b) = Pair(seed, link);
        using var owner = world;
        byte[] there = Bytes(seed, count), back = Bytes(seed + 1, count / 3);
        using (var listener = b.Network.Listen(s_at))
        {
            Worlds.Drive(world, async () =>
            {
                var accepting = listener.AcceptAsync().AsTask();
                using var client = await a.Network.ConnectAsync(s_at);
                using var server = await accepting;
                var reading = (AtServer: ReadAllAsync(server), AtClient: ReadAllAsync(client));
                await client.WriteAsync(there);
                client.FinishWriting();
                await server.WriteAsync(back);
                server.FinishWriting();
                Assert.That((await reading.AtServer).AsSpan().SequenceEqual(there), Is.True, world.Repro);
                Assert.That((await reading.AtClient).AsSpan().SequenceEqual(back), Is.True, world.Repro);
            });
        }
        Traffic.AssertNothingLeft(world);
        Assert.That(world.RunToEnd(TimeSpan.FromMinutes(10)), Is.True, "timers that never end");
        return world.TraceHash;
    }

    [Test]
    public void Transfer_OverRoughLinks_DeliversEveryByteInOrderForHundredsOfSeeds()
    {
        for (ulong seed = 0; seed < 300; seed++)
            Transfer(seed, s_rough, 30_000);
    }

    [Test]
    public void Transfer_WithMuchLoss_StillGetsThrough()
    {
        for (ulong seed = 0; seed < 20; seed++)
            Transfer(seed, s_rough with { Loss = 0.1 }, 10_000);
    }

    [Test]
    public void Transfer_SameSeed_SameTrace()
    {
        Assert.That(Transfer(5, s_rough, 50_000), Is.EqualTo(Transfer(5, s_rough, 50_000)));
        Assert.That(Transfer(5, s_rough, 50_000), Is.Not.EqualTo(Transfer(6, s_rough, 50_000)));
    }

    [Test]
    public void Transfer_OverANarrowLink_UsesMostOfIt()
    {
        var (world, a, b) = Pair(1, new LinkProfile
        {
            Delay = TimeSpan.FromMilliseconds(10),
            BitsPerSecond = 10_000_000,
            QueueBytes = 60_000,
        });
        using var owner = world;
        using var listener = b.Network.Listen(s_at);
        TimeSpan took = default;
        Worlds.Drive(world, async () =>
        {
            var accepting = listener.AcceptAsync().AsTask();
            using var client = await a.Network.ConnectAsync(s_at);
            using var server = await accepting;
            var reading = ReadAllAsync(server);
            await client.WriteAsync(new byte[5_000_000]);
            client.FinishWriting();
            await reading;
            took = world.Time.Elapsed;
        });
        Assert.That(took.TotalSeconds, Is.InRange(4.0, 5.0), "5 MB at 10 Mbit/s are 4 s");
    }

    [Test]
    public void Transfer_ToALinkWithASmallerMtu_CutsItsSegmentsShorter()
    {
        var (world, a, b) = Pair(1, new LinkProfile { Delay = TimeSpan.FromMilliseconds(1) });
        using var owner = world;
        b.Network.Interfaces[1].Down.Profile = new LinkProfile { MtuBytes = 600, Oversize = OversizeRule.Refuse };
        using var listener = b.Network.Listen(s_at);
        Worlds.Drive(world, async () =>
        {
            var accepting = listener.AcceptAsync().AsTask();
            using var client = await a.Network.ConnectAsync(s_at);
            using var server = await accepting;
            var reading = ReadAllAsync(server);
            byte[] bytes = Bytes(1, 100_000);
            await client.WriteAsync(bytes);
            client.FinishWriting();
            Assert.That((await reading).AsSpan().SequenceEqual(bytes), Is.True);
        });
    }

    [Test]
    public void Connect_ToADeadHost_TimesOut()
    {
        var (world, a, b) = Pair(1, LinkProfile.Perfect);
        using var owner = world;
        b.Kill();
        Worlds.Drive(world, async () =>
            Assert.That(await ErrorOf(a.Network.ConnectAsync(s_at).AsTask()), Is.EqualTo(SocketError.TimedOut)));
        Assert.That(world.Time.Elapsed.TotalSeconds, Is.InRange(60, 65), "1, 2, 4, 8, 16 and 32 s");
    }

    [Test]
    public void Connect_Cancelled_LeavesNothing()
    {
        var (world, a, b) = Pair(1, LinkProfile.Perfect);
        using var owner = world;
        b.Kill();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3), world.Time);
        var connecting = a.Network.ConnectAsync(s_at, limit.Token).AsTask();
        world.RunUntil(() => connecting.IsCompleted, TimeSpan.FromMinutes(2));
        Assert.That(connecting.IsCanceled, Is.True);
        Traffic.AssertNothingLeft(world);
    }

    [Test]
    public void Partition_ThatLasts_EndsTheWriterAndAShortOneDoesNot([Values] bool lasts)
    {
        var (world, a, b) = Pair(1, s_rough with { Loss = 0 });
        using var owner = world;
        using var listener = b.Network.Listen(s_at);
        Worlds.Drive(world, async () =>
        {
            var accepting = listener.AcceptAsync().AsTask();
            using var client = await a.Network.ConnectAsync(s_at);
            using var server = await accepting;
            var reading = ReadAllAsync(server);
            world.At(TimeSpan.FromMilliseconds(100), () => world.Network.Partition([a]));
            if (!lasts)
                world.At(TimeSpan.FromSeconds(5), world.Network.Heal);
            var writing = client.WriteAsync(new byte[2_000_000]).AsTask();
            if (lasts)
            {
                Assert.That(await ErrorOf(writing), Is.EqualTo(SocketError.TimedOut));
                server.Dispose();
                return;
            }
            await writing;
            client.FinishWriting();
            Assert.That(await reading, Has.Length.EqualTo(2_000_000));
        });
    }

    [Test]
    public void Host_KilledAndRestarted_ResetsStreamsItNoLongerKnows()
    {
        var (world, a, b) = Pair(1, new LinkProfile { Delay = TimeSpan.FromMilliseconds(1) });
        using var owner = world;
        var listener = b.Network.Listen(s_at);
        Worlds.Drive(world, async () =>
        {
            var accepting = listener.AcceptAsync().AsTask();
            using var client = await a.Network.ConnectAsync(s_at);
            await accepting;
            b.Restart();
            await client.WriteAsync(new byte[10]);
            Assert.That(await ErrorOf(client.ReadAsync(new byte[10]).AsTask()),
                Is.EqualTo(SocketError.ConnectionReset));
            Assert.That(await ErrorOf(a.Network.ConnectAsync(s_at).AsTask()),
                Is.EqualTo(SocketError.ConnectionRefused));
        });
        Traffic.AssertNothingLeft(world);
    }

    [Test]
    public void Accept_WithoutDescriptors_SaysSoAndTheStreamWaits()
    {
        var (world, a, b) = Pair(1, LinkProfile.Perfect);
        using var owner = world;
        using var listener = b.Network.Listen(s_at);
        Worlds.Drive(world, async () =>
        {
            b.Network.OpenSocketsMax = b.Network.OpenSockets;
            using var client = await a.Network.ConnectAsync(s_at);
            Assert.That(await ErrorOf(listener.AcceptAsync().AsTask()), Is.EqualTo(SocketError.TooManyOpenSockets));
            b.Network.OpenSocketsMax++;
            using var server = await listener.AcceptAsync();
            Assert.That(server.RemoteEndPoint, Is.EqualTo(client.LocalEndPoint));
        });
    }

    private static async Task<SocketError> ErrorOf(Task task)
    {
        try
        {
            await task;
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }
}
