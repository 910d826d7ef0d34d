using Kamaelia.Fuzz.Engine;

namespace Kamaelia.Fuzz;

/// <summary>Every seed, and every input that once failed, again in every test run.</summary>
public sealed class ReplayTests
{
    private static IEnumerable<TestCaseData> Targets =>
        FuzzTargets.All.Select(target => new TestCaseData(target).SetArgDisplayNames(target.Name));

    [TestCaseSource(nameof(Targets))]
    [CancelAfter(120_000)]
    public void Target_OverItsSeedsAndItsCorpus_DoesNotFail(FuzzTarget target)
    {
        using var guard = new Guard(target, TimeSpan.FromSeconds(60), (input, story) =>
            Environment.FailFast($"{target.Name}: {story}: {Convert.ToHexString(input)}"));
        var inputs = target.Seeds.Select(seed => ("a seed", seed))
            .Concat(FuzzTargets.CorpusOf(target).Select(file => (file, File.ReadAllBytes(file)))).ToList();
        Assert.That(inputs, Is.Not.Empty);
        Assert.Multiple(() =>
        {
            foreach (var (name, input) in inputs)
                Assert.That(guard.Run(input)?.Story, Is.Null, name);
        });
    }

    [TestCaseSource(nameof(Targets))]
    [CancelAfter(120_000)]
    public void Target_OverAFewHundredMutants_DoesNotFail(FuzzTarget target)
    {
        using var guard = new Guard(target, TimeSpan.FromSeconds(60), (input, story) =>
            Environment.FailFast($"{target.Name}: {story}: {Convert.ToHexString(input)}"));
        var mutator = new Mutator(20260101, target.Tokens, target.InputBytesMax);
        var corpus = target.Seeds.Concat(FuzzTargets.CorpusOf(target).Select(File.ReadAllBytes)).ToList();
        for (int i = 0; i < 300; i++)
        {
            byte[] input = mutator.Make(corpus);
            Assert.That(guard.Run(input)?.Story, Is.Null, Convert.ToHexString(input));
        }
    }

    [Test]
    public void Guard_OnATargetThatThrowsOrTakesTooMuch_TellsIt()
    {
        using var guard = new Guard(new BadTarget(), TimeSpan.FromSeconds(60), (_, _) => { });

        Assert.That(guard.Run("throw"u8.ToArray())?.Signature, Does.StartWith("BrokenPromiseException"));
        Assert.That(guard.Run("memory"u8.ToArray())?.Signature, Is.EqualTo("memory"));
        Assert.That(guard.Run("good"u8.ToArray()), Is.Null);
    }

    private sealed class BadTarget : FuzzTarget
    {
        public override string Name => "bad";

        public override (long Fixed, long PerByte) AllocatedBytesMax => (10_000, 10);

        public override void Run(ReadOnlySpan<byte> input)
        {
            Expect(!input.SequenceEqual("throw"u8), "it throws");
            if (input.SequenceEqual("memory"u8))
                GC.KeepAlive(new byte[1 << 20]);
        }
    }
}
