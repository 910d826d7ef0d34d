namespace Kamaelia.Benchmarks.Harness;

/// <summary>Waits for what another thread brings about, within a bound: a bench never hangs.</summary>
internal static class Patience
{
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(60);

    /// <exception cref="TimeoutException">It did not come in time; the text says what.</exception>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        for (long end = Environment.TickCount64 + (long)s_most.TotalMilliseconds; !condition();)
        {
            if (Environment.TickCount64 > end)
                throw new TimeoutException($"within {s_most.TotalSeconds:0} s this did not come: {what}");
            await Task.Delay(1);
        }
    }
}
