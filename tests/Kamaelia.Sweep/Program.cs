using System.Diagnostics;
using System.Globalization;
using Kamaelia.Simulation;
using Kamaelia.Sweep;
using Kamaelia.Sweep.Planning;

const string Help = """
    usage: sweep [--graphs N] [--seed S] [--threads N] [--twice N] [--replay SEED]

      --graphs N     how many random graphs, from --seed on (default 10000)
      --seed S       the first seed (default 1)
      --threads N    how many worlds at once (default: one a core)
      --twice N      runs every Nth graph twice: both runs must have the same trace (default 16)
      --replay SEED  runs one graph; prints its plan, what happened, what is wrong; shrinks the
                     schedule if it fails

    Every graph is planned, built, run in a simulated world and ended by its seed, then compared with a model:
    nothing lost, doubled or overtaken where linkages wait, endings, no fault unseen, no chunk or cell left, no hang.
    examples:
      ./build.sh sweep --graphs 100000 --seed 1
      ./build.sh sweep --replay 4711
    """;
long graphs = 10_000;
uint twiceEvery = 16;
ulong first = 1;
int threads = Environment.ProcessorCount;
ulong? replay = null;
for (int i = 0; i < args.Length; i++)
{
    bool understood = args[i] switch
    {
        "--graphs" => Next(ref i, out graphs),
        "--seed" => Next(ref i, out first),
        "--threads" => Next(ref i, out threads) && threads > 0,
        "--twice" => Next(ref i, out twiceEvery) && twiceEvery > 0,
        "--replay" => Next(ref i, out ulong seed) && (replay = seed) is not null,
        _ => false,
    };
    if (understood)
        continue;
    bool isHelp = args[i] is "--help" or "-h";
    (isHelp ? Console.Out : Console.Error).WriteLine(isHelp ? Help : $"sweep: cannot read '{args[i]}'\n{Help}");
    return isHelp ? 0 : 64;
}
return replay is { } one ? Replay(one) : new Sweep(first, graphs, threads, twiceEvery).Run();

bool Next<TNumber>(ref int at, out TNumber value) where TNumber : ISpanParsable<TNumber>
{
    value = default!;
    return ++at < args.Length && TNumber.TryParse(args[at], CultureInfo.InvariantCulture, out value!);
}

static int Replay(ulong seed)
{
    Console.WriteLine(Planner.Make(seed));
    Outcome outcome = SweepRun.Run(seed, log: Console.WriteLine);
    Console.WriteLine($"trace {outcome.Hash:x16}: {(outcome.Wrong.Count == 0 ? "passed" : "FAILED")}");
    foreach (string wrong in outcome.Wrong)
        Console.WriteLine($"  {wrong}");
    if (outcome.Wrong.Count == 0)
        return 0;
    var clock = Stopwatch.StartNew();
    ShrunkSchedule? shrunk = ScheduleShrinker.Shrink(seed, options =>
        clock.Elapsed < TimeSpan.FromSeconds(30) && SweepRun.Run(seed, options) is { Wrong.Count: > 0 } failed
            ? failed.Trace : null);
    Console.WriteLine($"shrunk: {shrunk}");
    return 1;
}
