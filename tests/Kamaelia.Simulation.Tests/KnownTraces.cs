namespace Kamaelia.Simulation.Tests;

/// <summary>Trace hashes written down once: another figure means that the same seed no longer gives the same run,
/// on this machine, in this build, or since a change of the core that alters schedules on purpose.</summary>
internal static class KnownTraces
{
    public const ulong RaceOfSeed1 = 0x74c0893f0104d175;
    public const ulong HundredGraphs = 0x92be17110eb0e4e5;
    public const ulong RaceOfSeed2 = 0xc0cf36377c654837;
}
