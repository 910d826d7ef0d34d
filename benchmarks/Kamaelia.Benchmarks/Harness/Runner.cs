using System.Diagnostics;
using Kamaelia.Benchmarks.Processes;

namespace Kamaelia.Benchmarks.Harness;

/// <summary>What came out of a group: results, and the variants that had none.</summary>
internal sealed record Outcome(IReadOnlyList<Result> Results, IReadOnlyList<Missing> Failed);

/// <summary>Measures the variants of a group in turns: each round runs every variant once, so that a neighbour's load,
/// or the clock of a warm processor, meets all of them alike.</summary>
/// <remarks>A variant that faults or does not end is told and left out; the others go on. When the token is cancelled,
/// what was measured until then is the result.</remarks>
internal sealed class Runner(Scale whole, CancellationToken stop)
{
    private const long OperationsMax = 1L << 40;

    private readonly List<Missing> _failed = [];

    public async Task<Outcome> RunAsync(Group group)
    {
        Scale scale = group.IsBrief ? whole.Brief : whole;
        List<Course> courses = [.. group.Variants.Select(variant => new Course(variant))];
        foreach (Course course in courses)
            await GuardAsync(course, () => WarmUpAsync(scale, group, course));
        for (int round = 0; round < scale.Repetitions && !stop.IsCancellationRequested; round++)
        {
            foreach (Course course in courses.Where(c => !c.HasFailed && c.Clock.Elapsed < scale.VariantDeadline))
            {
                GC.Collect(); // What one variant left is not the next one's to clear away.
                GC.WaitForPendingFinalizers();
                await GuardAsync(course, async () =>
                    course.Samples.Add(await OnceAsync(scale, course, course.Operations)));
            }
        }
        foreach (Course course in courses.Where(c => !c.HasFailed && c.Samples.Count == 0))
            _failed.Add(new Missing(course.Variant.Name, stop.IsCancellationRequested
                ? "broken off before its first round"
                : $"not warm within {scale.VariantDeadline.TotalSeconds} s"));
        return new Outcome(Compared(group, courses), [.. _failed]);
    }

    private static Result[] Compared(Group group, List<Course> courses)
    {
        Result[] results = [.. courses.Where(c => c is { HasFailed: false, Samples.Count: > 0 })
            .Select(c => new Result(group, c.Variant, c.Samples))];
        Result? baseline = results.FirstOrDefault(r => r.Variant.Name == group.Baseline);
        Result? limit = results.FirstOrDefault(r => r.Variant.Name == group.Limit);
        return [.. results.Select(r => r.ComparedWith(baseline).LimitedBy(limit))];
    }

    private async Task GuardAsync(Course course, Func<Task> measure)
    {
        if (course.HasFailed || stop.IsCancellationRequested)
            return;
        course.Clock.Start();
        try
        {
            await measure();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Child.EndAll();
        }
        catch (Exception e)
        {
            course.HasFailed = true;
            Child.EndAll(); // A rival that hangs in a process of its own is ended with it.
            _failed.Add(new Missing(course.Variant.Name, e is TimeoutException ? e.Message : e.ToString()));
        }
        finally
        {
            course.Clock.Stop();
        }
    }

    /// <summary>Runs until the time to warm up is over; finds how many operations take as long as a run shall.
    /// </summary>
    private async Task WarmUpAsync(Scale scale, Group group, Course course)
    {
        long operations = group.FixedOperations > 0 ? group.FixedOperations : group.FirstOperations;
        course.Operations = operations;
        if (scale.IsSmoke)
            return;
        var clock = Stopwatch.StartNew();
        do
        {
            Sample sample = await OnceAsync(scale, course, operations);
            if (group.FixedOperations == 0)
                operations = Next(scale, operations, sample.NsPerOperation);
        }
        while (clock.Elapsed < scale.WarmUp);
        course.Operations = operations;
    }

    // At most eight times as many: the first runs are of code that is not compiled for good, and say too little.
    private static long Next(Scale scale, long operations, double nsPerOperation)
    {
        double wanted = scale.Target.TotalNanoseconds / Math.Max(nsPerOperation, 0.01);
        return (long)Math.Clamp(wanted, Math.Max(1, operations / 8.0), Math.Min(operations * 8.0, OperationsMax));
    }

    private async Task<Sample> OnceAsync(Scale scale, Course course, long operations)
    {
        Task<Sample> run = course.Variant.Run(operations);
        try
        {
            return await run.WaitAsync(scale.RunDeadline, stop);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException(
                $"ended: {operations} operations did not finish within {scale.RunDeadline.TotalSeconds} s");
        }
    }

    /// <summary>One variant on its way through the rounds.</summary>
    private sealed class Course(Variant variant)
    {
        public Variant Variant { get; } = variant;

        public List<Sample> Samples { get; } = [];

        public Stopwatch Clock { get; } = new();

        public long Operations { get; set; }

        public bool HasFailed { get; set; }
    }
}
