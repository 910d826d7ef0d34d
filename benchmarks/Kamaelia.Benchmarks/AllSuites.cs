using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Suites;

namespace Kamaelia.Benchmarks;

/// <summary>Every suite, in the order of the page.</summary>
internal static class AllSuites
{
    public static ISuite[] List { get; } =
    [
        new PipelineSuite(),
        new RingSuite(),
        new WaitingSuite(),
        new FanOutSuite(),
        new SchedulersSuite(),
        new ScalingSuite(),
        new FramingSuite(),
        new ByteKernelsSuite(),
        new TwinsSuite(),
        new SoundSuite(),
        new CrossingSuite(),
        new GrowthSuite(),
        new UdpSuite(),
        new UringSuite(),
        new SocketsSuite(),
        new TcpSuite(),
        new ListenersSuite(),
        new PeersSuite(),
    ];
}
