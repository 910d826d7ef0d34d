namespace Kamaelia.Axon;

/// <summary>The waits before restarts in a row: each longer than the last, less what chance takes away.</summary>
internal sealed class Backoff(SupervisionOptions options)
{
    private ulong _random;
    private bool _isSeeded;
    private long _upSinceNs;

    /// <summary>Which restart in a row the last one was, from 1.</summary>
    public int Attempt { get; private set; }

    /// <summary>It runs from now on.</summary>
    public void Started(long nowNs) => _upSinceNs = nowNs;

    /// <summary>It fell; how long to wait before the restart.</summary>
    /// <param name="nowNs">On the scheduler's clock.</param>
    /// <param name="path">Whose: it goes into the seed, so that two groups of one seed differ.</param>
    public TimeSpan Next(long nowNs, string path)
    {
        if (nowNs - _upSinceNs >= options.Within.Ticks * 100)
            Attempt = 0; // It had run well for a while: this is another trouble.
        Attempt++;
        // In double, so that a long row ends at the maximum and not beyond the range of ticks.
        double ticks = Math.Min(options.BackoffFirst.Ticks * Math.Pow(options.BackoffFactor, Attempt - 1),
            options.BackoffMax.Ticks);
        return TimeSpan.FromTicks((long)(ticks * (1 - (options.Jitter * NextUnit(path)))));
    }

    private double NextUnit(string path)
    {
        if (!_isSeeded)
            Seed(path);
        _random += 0x9E3779B97F4A7C15; // SplitMix64: a few lines, and the same on every platform for ever.
        ulong z = _random;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    private void Seed(string path)
    {
        ulong hash = 0xCBF29CE484222325 ^ (ulong)options.Seed; // FNV-1a: string.GetHashCode differs by process.
        foreach (char c in path)
            hash = (hash ^ c) * 0x100000001B3;
        _random = hash;
        _isSeeded = true;
    }
}
