namespace Kamaelia.Simulation.Tests;

/// <summary>Trace hashes written down once: another figure means that the same seed no longer gives the same run,
/// on this machine, in this build, or since a change of the core that alters schedules on purpose.</summary>
internal static class KnownTraces
{
    public const ulong RaceOfSeed1 = 0x28f843336c8a16bb;
    public const ulong HundredGraphs = 0;
    public const ulong RaceOfSeed2 = 0x4f95106b7f2ba7e9;
}
