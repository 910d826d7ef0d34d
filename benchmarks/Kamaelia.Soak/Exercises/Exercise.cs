using Kamaelia.Axon;
using Kamaelia.Notation;

namespace Kamaelia.Soak.Exercises;

/// <summary>Something that a long-running process does, again and again until it is told to stop.</summary>
internal abstract class Exercise(string name, string unit)
{
    private long _rounds;

    public string Name => name;

    /// <summary>What a round is.</summary>
    public string Unit => unit;

    /// <summary>Rounds so far.</summary>
    public long Rounds => Volatile.Read(ref _rounds);

    /// <summary>Places taken in the tables of the schedulers it keeps.</summary>
    public virtual int Places => 0;

    protected void CountRound() => Interlocked.Increment(ref _rounds);

    /// <summary>Until the token says so. Any failure is the exercise's.</summary>
    public abstract Task RunAsync(CancellationToken stop);

    /// <summary>Each way that exists here.</summary>
    public static IEnumerable<Exercise> All(bool hasNative)
    {
        Twin[] ways = hasNative ? [Twin.Managed, Twin.Native] : [Twin.Managed];
        int port = 25310;
        foreach (Twin way in ways)
        {
            yield return new MainJob(way, port++);
            yield return new FramingChain(way);
            yield return new ShortGraphs(way);
        }
        yield return new ComponentChurn();
        yield return new HardStops();
    }

    protected static async Task SleepAsync(TimeSpan time, CancellationToken stop) =>
        await Task.Delay(time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    protected static int PlacesOf(Graph? graph) => graph?.Schedulers.Sum(scheduler => scheduler.Places) ?? 0;
}
