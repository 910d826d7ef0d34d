using System.Diagnostics;
using Kamaelia.Axon;

namespace Kamaelia.Sweep;

/// <summary>Many seeds, several worlds at once.</summary>
public sealed class Sweep(ulong first, long graphs, int threads, uint twiceEvery)
{
    private const int ShownMax = 20;
    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(30);

    private readonly Turn[] _turns = [.. Enumerable.Range(0, threads).Select(_ => new Turn())];
    private long _next;
    private long _passed;
    private long _failed;

    /// <summary>What a thread is at.</summary>
    private sealed class Turn
    {
        public ulong Seed;
        public long Since;
        public bool IsOver;
    }

    /// <summary>Runs them all; progress on standard error, one line per failure and the last line on standard output.
    /// </summary>
    /// <returns>0 if all passed.</returns>
    public int Run()
    {
        var clock = Stopwatch.StartNew();
        long cells = Cells.InUse;
        foreach (Turn turn in _turns)
            new Thread(() => Work(turn)) { IsBackground = true }.Start();
        while (!Array.TrueForAll(_turns, t => Volatile.Read(ref t.IsOver)))
        {
            Thread.Sleep(200);
            if (++_looks % 25 == 0)
                Console.Error.WriteLine($"{_passed + _failed} of {graphs} graphs, {PerSecond(clock):0} a second");
            if (Array.Find(_turns, Hangs) is { } hanging)
                return SayHang(hanging);
        }
        if (Cells.InUse != cells)
        {
            _failed++;
            Console.WriteLine($"{Cells.InUse - cells} cells of boxes were not given back "
                + "(--threads 1 tells by which graph)");
        }
        Console.WriteLine($"{PerSecond(clock):0} graphs a second, {clock.Elapsed.TotalSeconds:0.0} s");
        Console.WriteLine($"{_passed} passed, {_failed} failed");
        return _failed == 0 ? 0 : 1;
    }

    private int _looks;

    // A loop without a step: the world cannot count it, and no thread can be stopped from outside.
    private static bool Hangs(Turn turn) =>
        !Volatile.Read(ref turn.IsOver) && Volatile.Read(ref turn.Since) is > 0 and var since
        && Stopwatch.GetElapsedTime(since) > s_hang;

    private int SayHang(Turn turn)
    {
        Console.WriteLine($"seed {turn.Seed}: hangs (./build.sh sweep --replay {turn.Seed})");
        Console.WriteLine($"{_passed} passed, {_failed + 1} failed");
        return 1;
    }

    private double PerSecond(Stopwatch clock) => (_passed + _failed) / clock.Elapsed.TotalSeconds;

    private void Work(Turn turn)
    {
        while (Interlocked.Increment(ref _next) is var number && number <= graphs)
        {
            ulong seed = first + (ulong)number - 1;
            turn.Seed = seed;
            Volatile.Write(ref turn.Since, Stopwatch.GetTimestamp());
            long cells = Cells.InUse;
            Outcome outcome = SweepRun.Run(seed);
            if (threads == 1 && Cells.InUse != cells) // With more, another world's are among them: see the end.
                outcome = outcome with { Wrong = [.. outcome.Wrong, $"{Cells.InUse - cells} cells were kept"] };
            if (outcome.Wrong.Count == 0 && seed % twiceEvery == 0 && SweepRun.Run(seed).Hash is var again
                && again != outcome.Hash)
                outcome = outcome with { Wrong = [$"two runs differ: {outcome.Hash:x16} and {again:x16}"] };
            if (outcome.Wrong.Count == 0)
            {
                Interlocked.Increment(ref _passed);
                continue;
            }
            if (Interlocked.Increment(ref _failed) <= ShownMax)
                Console.WriteLine($"seed {seed}: {outcome.Wrong[0]} (./build.sh sweep --replay {seed})");
        }
        Volatile.Write(ref turn.IsOver, true);
    }
}
