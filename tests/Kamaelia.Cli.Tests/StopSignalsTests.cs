using System.Runtime.InteropServices;

namespace Kamaelia.Cli.Tests;

public sealed class StopSignalsTests
{
    private readonly List<string> _heard = [];
    private readonly HandClock _clock = new();
    private StopSignals _signals = null!;

    [SetUp]
    public void SetUp()
    {
        _heard.Clear();
        _signals = new StopSignals(_heard.Add, code => _heard.Add($"exit {code}"), _clock);
    }

    [TearDown]
    public void TearDown() => _signals.Dispose();

    [Test]
    public void Handle_TheSameSignalAtOnce_IsOneSignal()
    {
        _signals.Handle(PosixSignal.SIGINT);
        _clock.Ticks += TimeSpan.FromMilliseconds(5).Ticks;
        _signals.Handle(PosixSignal.SIGINT);

        Assert.That(_heard, Is.EqualTo(["SIGINT"]));
    }

    [Test]
    public void Handle_TheSameSignalLater_Exits()
    {
        _signals.Handle(PosixSignal.SIGTERM);
        _clock.Ticks += TimeSpan.FromSeconds(1).Ticks;
        _signals.Handle(PosixSignal.SIGTERM);

        Assert.That(_heard, Is.EqualTo(["SIGTERM", "exit 143"]));
    }

    [Test]
    public void Handle_AnotherSignalAtOnce_Exits()
    {
        _signals.Handle(PosixSignal.SIGTERM);
        _signals.Handle(PosixSignal.SIGINT);

        Assert.That(_heard, Is.EqualTo(["SIGTERM", "exit 130"]));
    }

    private sealed class HandClock : TimeProvider
    {
        public long Ticks { get; set; }
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
        public override long GetTimestamp() => Ticks;
    }
}
