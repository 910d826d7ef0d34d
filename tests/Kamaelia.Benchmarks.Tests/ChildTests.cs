using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Kamaelia.Benchmarks.Processes;

namespace Kamaelia.Benchmarks.Tests;

/// <summary>Programs beside the bench: they are ended by number, and their CPU time is known.</summary>
[Platform("Linux")]
public sealed class ChildTests
{
    [Test]
    public async Task Child_ThatEnds_GivesWhatItWrote()
    {
        await using var child = Child.Start("/bin/sh", "-c", "echo said");

        Assert.That(await child.FinishAsync(), Is.EqualTo("said\n"));
    }

    [Test]
    public async Task Child_ThatFails_IsTold()
    {
        await using var child = Child.Start("/bin/sh", "-c", "echo why >&2; exit 3");

        Assert.That(async () => await child.FinishAsync(),
            Throws.InvalidOperationException.With.Message.Contains("ended with 3").And.Message.Contains("why"));
    }

    [Test]
    public async Task Child_ThatNeverListens_IsNotWaitedForForEver()
    {
        await using var sleeps = Child.Start("/bin/sleep", "60");
        await using var ends = Child.Start("/bin/sh", "-c", "echo gone >&2; exit 1");

        Assert.That(async () => await sleeps.WaitForPortAsync(1, TimeSpan.FromMilliseconds(100)),
            Throws.TypeOf<TimeoutException>());
        Assert.That(async () => await ends.WaitForPortAsync(1, TimeSpan.FromSeconds(30)),
            Throws.InvalidOperationException.With.Message.Contains("gone"));
    }

    [Test]
    public async Task Child_WhosePortIsTaken_IsReady()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        await using var child = Child.Start("/bin/sleep", "60");

        await child.WaitForPortAsync(((IPEndPoint)socket.LocalEndPoint!).Port, TimeSpan.FromSeconds(30));

        Assert.That(child.HasExited, Is.False);
    }

    [Test]
    public void Child_OfAProgramThatIsNotThere_IsRefused() => Assert.That(
        () => Child.Start("/no/such/program"), Throws.InvalidOperationException.With.Message.Contains("/no/such"));

    [Test]
    public async Task Child_Disposed_HasEnded_AlsoWhenItIgnoresThePoliteWay()
    {
        var polite = Child.Start("/bin/sleep", "60");
        var stubborn = Child.Start("/bin/sh", "-c", "trap '' TERM; while :; do sleep 0.1; done");
        int[] ids = [polite.Id, stubborn.Id];
        await Task.Delay(200); // Until the trap is set.

        await polite.DisposeAsync();
        await stubborn.DisposeAsync();

        Assert.That(ids.Where(id => Directory.Exists($"/proc/{id}")), Is.Empty);
    }

    [Test]
    public async Task Child_ThatWorks_UsesCpuTime()
    {
        var before = ChildUsage.Now();
        await using var child = Child.Start("/bin/sh", "-c", "i=0; while :; do i=$((i+1)); done");
        var patience = Stopwatch.StartNew();
        while (child.CpuTime < TimeSpan.FromMilliseconds(50) && patience.Elapsed < TimeSpan.FromSeconds(30))
            await Task.Delay(20);

        Assert.That(child.CpuTime, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(50)));
        await child.DisposeAsync();
        Assert.That(ChildUsage.Now() - before, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(50)));
    }
}
