using System.Diagnostics;
using Kamaelia.Axon;
using Kamaelia.Interop;
using Kamaelia.Soak.Exercises;

namespace Kamaelia.Soak;

/// <summary>All exercises at once, sampled until the time is over, then stopped and counted once more.</summary>
internal static class Soak
{
    private const int SamplesMin = 100;

    public static async Task<Report> RunAsync(TimeSpan time)
    {
        using var stop = new CancellationTokenSource();
        var exercises = Exercise.All(NativeLibraryInfo.IsAvailable).ToArray();
        var running = exercises.Select(each => each.RunAsync(stop.Token)).ToArray();
        var samples = await SampleAsync(time, exercises, running);
        stop.Cancel();
        var problems = new List<string>();
        foreach (var (exercise, end) in exercises.Zip(running))
        {
            if (await Task.WhenAny(end, Task.Delay(TimeSpan.FromSeconds(30))) != end)
                problems.Add($"{exercise.Name} did not stop");
            else if (end.Exception is { } fault)
                problems.Add($"{exercise.Name}: {fault.InnerException!.Message}");
            else if (exercise.Rounds == 0)
                problems.Add($"{exercise.Name} did nothing");
        }
        if (ChunkPool.TotalOutstanding() is var left and not 0)
            problems.Add($"{left} chunks left at the end");
        return new Report(samples, exercises, problems, time);
    }

    private static async Task<List<Sample>> SampleAsync(TimeSpan time, Exercise[] exercises, Task[] running)
    {
        var every = time / Math.Max(SamplesMin, Math.Min(600, time.TotalSeconds));
        var watch = Stopwatch.StartNew();
        var samples = new List<Sample>();
        var told = TimeSpan.Zero;
        while (watch.Elapsed < time && !running.Any(task => task.IsCompleted))
        {
            await Task.Delay(every);
            samples.Add(Sample.Take(watch.Elapsed, exercises.Sum(each => each.Places)));
            if (watch.Elapsed - told > TimeSpan.FromSeconds(10))
            {
                told = watch.Elapsed;
                Console.Error.WriteLine($"{told.TotalSeconds:0} s: {samples[^1]}; "
                    + string.Join(", ", exercises.Select(each => $"{each.Name} {each.Rounds}")));
            }
        }
        return samples;
    }
}
