using CsCheck;
using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Properties;

/// <summary>Random graphs of simple components against what they compute without any scheduler.</summary>
public sealed class DifferentialTests
{
    private enum Kind
    {
        Relay,
        Map,
        EvenOnly,
        Twice,
        Step,
        Foreign,
    }

    private sealed record Stage(Kind Kind, int Capacity);

    private sealed record Branch(int Count, Stage[] Stages);

    private static readonly Gen<Stage> s_stage = Gen.Select(
        Gen.Int[0, 5], Gen.Int[1, 9], (kind, capacity) => new Stage((Kind)kind, capacity));

    private static readonly Gen<Branch> s_branch = Gen.Select(
        Gen.Int[0, 60], s_stage.Array[0, 6], (count, stages) => new Branch(count, stages));

    [Test]
    public void RandomGraph_SteppedByHand_GivesWhatTheModelGives()
        => s_branch.Array[1, 5].Sample(branches => Run(branches, 1, manual: true), iter: 200, threads: 1);

    [Test]
    public void RandomGraph_OnRealSchedulers_GivesWhatTheModelGives()
        => s_branch.Array[1, 5].Sample(branches => Run(branches, 2, manual: false), iter: 60, threads: 1);

    [Test]
    public void SameGraph_SteppedTwice_HasTheSameOrder()
        => s_branch.Array[2, 5].Sample(branches =>
        {
            var first = Merge(branches, 1, manual: true);
            var second = Merge(branches, 1, manual: true);
            return first.SequenceEqual(second);
        }, iter: 50, threads: 1);

    private static bool Run(Branch[] branches, int schedulers, bool manual)
    {
        var merged = Merge(branches, schedulers, manual);
        return branches.Select((branch, n) => (branch, n)).All(each =>
            merged.Where(message => message.Branch == each.n).Select(message => message.Number)
                .SequenceEqual(Model(each.branch)));
    }

    private static List<(int Branch, int Number)> Merge(Branch[] branches, int schedulers, bool manual)
        => MergeAsync(branches, schedulers, manual).GetAwaiter().GetResult();

    private static async Task<List<(int Branch, int Number)>> MergeAsync(Branch[] branches, int schedulers, bool manual)
    {
        var graph = new Graph("random", new GraphOptions { Schedulers = schedulers, ManualScheduling = manual });
        var recorder = graph.Add(new Recorder<(int, int)>());
        for (var n = 0; n < branches.Length; n++)
        {
            var number = n;
            var last = graph.Add(new Feeder<int>(Enumerable.Range(0, branches[n].Count))).Outbox;
            for (var s = 0; s < branches[n].Stages.Length; s++)
            {
                var stage = branches[n].Stages[s];
                var component = graph.Add(Make(stage.Kind), graph.Schedulers[(n + s) % schedulers]);
                graph.Link(last, (Inbox<int>)component.FindInbox("inbox"), new LinkOptions(Capacity: stage.Capacity));
                last = (Outbox<int>)component.FindOutbox("outbox");
            }
            var tag = graph.Add(Components.Map<int, (int, int)>(value => (number, value)));
            graph.Link(last, (Inbox<int>)tag.FindInbox("inbox"));
            graph.Link((Outbox<(int, int)>)tag.FindOutbox("outbox"), recorder.Inbox);
        }
        if (manual)
            await StepToTheEnd(graph);
        else
            await graph.RunToEnd();
        return recorder.Received;
    }

    private static async Task StepToTheEnd(Graph graph)
    {
        graph.Start();
        for (var idle = 0; !graph.Completion.IsCompleted; )
        {
            idle = graph.Schedulers[0].Step() ? 0 : idle + 1;
            if (idle > 1_000)
                throw new InvalidOperationException("The graph stands still.");
        }
        await graph.Completion;
    }

    private static Component Make(Kind kind) => kind switch
    {
        Kind.Map => Components.Map<int, int>(n => 3 * n + 1),
        Kind.EvenOnly => Components.Filter<int>(n => n % 2 == 0),
        Kind.Twice => Components.TaskBody<int, int>(SendTwice),
        Kind.Step => new Negator(),
        Kind.Foreign => Components.TaskBody<int, int>(PassWithYields),
        _ => new Relay<int>(),
    };

    private static IEnumerable<int> Model(Branch branch)
        => branch.Stages.Aggregate(Enumerable.Range(0, branch.Count), (numbers, stage) => stage.Kind switch
        {
            Kind.Map => numbers.Select(n => 3 * n + 1),
            Kind.EvenOnly => numbers.Where(n => n % 2 == 0),
            Kind.Twice => numbers.SelectMany(n => new[] { n, n }),
            Kind.Step => numbers.Select(n => -n),
            _ => numbers,
        });

    private static async Task SendTwice(Inbox<int> inbox, Outbox<int> outbox, CancellationToken stop)
    {
        await foreach (var number in inbox)
        {
            await outbox.SendAsync(number, stop);
            await outbox.SendAsync(number, stop);
        }
    }

    private static async Task PassWithYields(Inbox<int> inbox, Outbox<int> outbox, CancellationToken stop)
    {
        await foreach (var number in inbox)
        {
            await Task.Yield();
            await outbox.SendAsync(number, stop);
        }
    }

    private sealed class Negator : StepComponent<int, int>
    {
        protected override StepResult Step(ReadOnlySpan<int> input, Span<int> output)
        {
            if (input.IsEmpty || output.IsEmpty)
                return default;
            output[0] = -input[0];
            return new StepResult(1, 1);
        }
    }
}
