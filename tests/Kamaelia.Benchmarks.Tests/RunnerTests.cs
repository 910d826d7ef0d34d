using Kamaelia.Benchmarks.Harness;

namespace Kamaelia.Benchmarks.Tests;

/// <summary>A variant that hangs or faults is told and left out; the others are measured.</summary>
public sealed class RunnerTests
{
    private static readonly Scale s_scale = Scale.Smoke with
    {
        Repetitions = 3, RunDeadline = TimeSpan.FromMilliseconds(200), VariantDeadline = TimeSpan.FromSeconds(30),
    };

    [Test]
    public async Task Runner_WithAVariantThatNeverEnds_EndsItAndMeasuresTheOthers()
    {
        var never = new TaskCompletionSource<Sample>();
        var group = Of(new Variant("good", n => Task.FromResult(new Sample(n, 10 * n, 10 * n, 0))),
            Variant.Rival("hangs", _ => never.Task));

        var outcome = await new Runner(s_scale, CancellationToken.None).RunAsync(group);

        Assert.That(outcome.Results.Select(r => r.Variant.Name), Is.EqualTo(new[] { "good" }));
        Assert.That(outcome.Results[0].Samples, Has.Count.EqualTo(3));
        Assert.That(outcome.Failed.Single().Variant, Is.EqualTo("hangs"));
        Assert.That(outcome.Failed.Single().Reason, Does.StartWith("ended: ").And.Contain("did not finish"));
    }

    [Test]
    public async Task Runner_WithAVariantThatFaults_TellsWhatItThrew()
    {
        var group = Of(new Variant("bad", _ => throw new InvalidOperationException("no such luck")));

        var outcome = await new Runner(s_scale, CancellationToken.None).RunAsync(group);

        Assert.That(outcome.Results, Is.Empty);
        Assert.That(outcome.Failed.Single().Reason, Does.Contain("no such luck"));
    }

    [Test]
    public async Task Runner_BrokenOff_KeepsTheRoundsThatWereMeasured()
    {
        using var stop = new CancellationTokenSource();
        int runs = 0;
        var group = Of(new Variant("good", n =>
        {
            if (++runs == 2)
                stop.Cancel();
            return Task.FromResult(new Sample(n, n, n, 0));
        }));

        var outcome = await new Runner(s_scale, stop.Token).RunAsync(group);

        Assert.That(outcome.Results.Single().Samples, Has.Count.InRange(1, 2));
    }

    [Test]
    public async Task Runner_OfRounds_ComparesWithinEachRound()
    {
        double load = 1; // A neighbour that doubles every time, in both variants alike.
        Variant Of(string name, double ns) => new(name, n =>
        {
            load *= name == "a" ? 2 : 1;
            return Task.FromResult(new Sample(n, ns * load * n, ns * load * n, 0));
        });
        var group = RunnerTests.Of(Of("a", 1), Of("b", 4)) with { Baseline = "b" };

        var outcome = await new Runner(s_scale, CancellationToken.None).RunAsync(group);

        Assert.That(outcome.Results[0].ToRival, Is.EqualTo(new Relation("b", 0.25, 0.25)));
        Assert.That(outcome.Results[1].ToRival, Is.Null);
    }

    private static Group Of(params Variant[] variants) => new("suite", "case", "op", variants);
}
