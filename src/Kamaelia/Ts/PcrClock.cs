namespace Kamaelia.Ts;

/// <summary>Arithmetic of the 27 MHz programme clock, which starts again at 0 every 26.5 hours.</summary>
public static class PcrClock
{
    /// <summary>Ticks a second.</summary>
    public const long TicksPerSecond = 27_000_000;

    /// <summary>The clock is a 33-bit counter of 90 kHz times 300 (ISO/IEC 13818-1 2.4.2.2).</summary>
    public const long WrapTicks = (1L << 33) * 300;

    /// <summary>Ticks from one reading to the next, over the wrap if it lies between: −WrapTicks/2 to
    /// WrapTicks/2.</summary>
    public static long Elapsed(long fromTicks, long toTicks)
    {
        long elapsed = (toTicks - fromTicks) % WrapTicks;
        if (elapsed < 0)
            elapsed += WrapTicks;
        return elapsed > WrapTicks / 2 ? elapsed - WrapTicks : elapsed;
    }

    /// <summary>Ticks as time.</summary>
    public static TimeSpan ToTimeSpan(long ticks) =>
        new((long)(ticks * (Int128)TimeSpan.TicksPerSecond / TicksPerSecond));
}
