using System.Net;
using Kamaelia.Net;

namespace Kamaelia.Simulation.Tests.Net;

/// <summary>Over the loopback interface of this machine.</summary>
[TestFixture]
public sealed class SystemNetworkTests : NetworkContract
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(30);

    protected override Network Here => Network.Default;
    protected override Network There => Network.Default;
    protected override Network OtherThere => Network.Default;
    protected override IPAddress HereAddress => IPAddress.Loopback;
    protected override IPAddress ThereAddress { get; } = IPAddress.Parse("127.0.0.2");
    protected override IPAddress OtherThereAddress { get; } = IPAddress.Parse("127.0.0.3");
    protected override IPAddress ForeignAddress { get; } = IPAddress.Parse("203.0.113.77");
    protected override TimeProvider Time => TimeProvider.System;

    [OneTimeSetUp]
    public void RequireLinux()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Ignore("skipped, because elsewhere 127.0.0.2 is no address of this machine");
    }

    protected override void Drive(Func<Task> body) => Task.Run(body).WaitAsync(s_bound).GetAwaiter().GetResult();
}

/// <summary>Between simulated hosts, on a network that takes its time.</summary>
[TestFixture]
public sealed class SimulatedNetworkTests : NetworkContract
{
    private SimulatedWorld _world = null!;
    private SimulatedHost _here = null!, _there = null!, _other = null!;

    protected override Network Here => _here.Network;
    protected override Network There => _there.Network;
    protected override Network OtherThere => _other.Network;
    protected override IPAddress HereAddress { get; } = IPAddress.Parse("10.0.0.1");
    protected override IPAddress ThereAddress { get; } = IPAddress.Parse("10.0.0.2");
    protected override IPAddress OtherThereAddress { get; } = IPAddress.Parse("10.0.0.3");
    protected override IPAddress ForeignAddress => ThereAddress;
    protected override TimeProvider Time => _world.Time;

    [SetUp]
    public void MakeWorld()
    {
        _world = new SimulatedWorld(1);
        var segment = _world.Network.AddSegment("lan", new LinkProfile
        {
            Delay = TimeSpan.FromMilliseconds(1),
            Jitter = TimeSpan.FromMilliseconds(1),
            BitsPerSecond = 1_000_000_000,
        });
        (_here, _there, _other) = (_world.AddHost("here"), _world.AddHost("there"), _world.AddHost("other"));
        segment.Attach(_here, "10.0.0.1");
        segment.Attach(_there, "10.0.0.2");
        segment.Attach(_other, "10.0.0.3");
    }

    [TearDown]
    public void EndWorld()
    {
        _world.RunToEnd(TimeSpan.FromMinutes(5));
        Assert.That(_world.Hosts.Sum(host => host.Network.OpenSockets), Is.Zero, "sockets that nobody closed");
        _world.Dispose();
    }

    protected override void Drive(Func<Task> body) => Worlds.Drive(_world, body);
}

/// <summary>On one simulated host, through its loopback interface.</summary>
[TestFixture]
public sealed class SimulatedLoopbackTests : NetworkContract
{
    private SimulatedWorld _world = null!;
    private SimulatedHost _host = null!;

    protected override Network Here => _host.Network;
    protected override Network There => _host.Network;
    protected override Network OtherThere => _host.Network;
    protected override IPAddress HereAddress => IPAddress.Loopback;
    protected override IPAddress ThereAddress { get; } = IPAddress.Parse("127.0.0.2");
    protected override IPAddress OtherThereAddress { get; } = IPAddress.Parse("127.0.0.3");
    protected override IPAddress ForeignAddress { get; } = IPAddress.Parse("203.0.113.77");
    protected override TimeProvider Time => _world.Time;

    [SetUp]
    public void MakeWorld()
    {
        _world = new SimulatedWorld(1);
        _host = _world.AddHost("alone");
    }

    [TearDown]
    public void EndWorld() => _world.Dispose();

    protected override void Drive(Func<Task> body) => Worlds.Drive(_world, body);
}

internal static class Worlds
{
    /// <summary>Steps the world until an asynchronous body has ended; what it threw is thrown.</summary>
    public static void Drive(SimulatedWorld world, Func<Task> body)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var running = body();
            world.RunUntil(() => running.IsCompleted, TimeSpan.FromHours(1));
            Assert.That(running.IsCompleted, Is.True, $"it still waits when nothing is left to do: {world.Repro}");
            running.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }
}
