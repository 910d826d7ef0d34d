using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Graphs.Rewiring;

/// <summary>One seed: two to three chains of relays over one to three schedulers, changed while they flow.</summary>
internal sealed class RandomDiffRun
{
    private const int MessagesPerSource = 300;

    private readonly int _seed;
    private readonly Random _random;
    private readonly Graph _graph;
    private readonly List<Chain> _chains = [];
    private readonly List<(Task<GraphDiffResult> Change, GraphDiff Diff, Action Model)> _changes = [];

    public RandomDiffRun(int seed)
    {
        _seed = seed;
        _random = new Random(seed);
        _graph = new Graph("random", new GraphOptions
        {
            ManualScheduling = true,
            Schedulers = 1 + _random.Next(3),
            BatchMax = 1 + _random.Next(16),
            Time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(),
        });
        for (var n = 0; n < 2 + _random.Next(2); n++)
            _chains.Add(new Chain(this, n));
    }

    /// <summary>A source, relays, a sink, each linked to the next; the linkage behind each but the last.</summary>
    private sealed class Chain
    {
        public readonly List<Component> Stages = [];
        public readonly Recorder<(int From, int Number)> Sink;

        public Chain(RandomDiffRun run, int number)
        {
            var messages = Enumerable.Range(0, MessagesPerSource).Select(n => (number, n));
            Stages.Add(run._graph.Add(new Feeder<(int, int)>(messages), run.AnyScheduler()));
            for (var n = run._random.Next(3); n > 0; n--)
                Stages.Add(run._graph.Add(run.NewRelay(), run.AnyScheduler()));
            Sink = run._graph.Add(new Recorder<(int, int)>(), run.AnyScheduler());
            Stages.Add(Sink);
            for (var n = 1; n < Stages.Count; n++)
                run._graph.Link(Stages[n - 1], "outbox", Stages[n], "inbox", run.AnyOptions());
        }
    }

    private Scheduler AnyScheduler() => _graph.Schedulers[_random.Next(_graph.Schedulers.Count)];

    private LinkOptions? AnyOptions() => _random.Next(2) == 0 ? null : new LinkOptions(Capacity: 1 + _random.Next(8));

    private Component NewRelay() => _random.Next(4) switch
    {
        0 => new Pipeline(new Relay<(int, int)>(), new Relay<(int, int)>()),
        1 => new PassStep(),
        _ => new Relay<(int, int)>(),
    };

    private sealed class PassStep : StepComponent<(int, int), (int, int)>
    {
        protected override StepResult Step(ReadOnlySpan<(int, int)> input, Span<(int, int)> output)
        {
            var count = Math.Min(input.Length, output.Length);
            input[..count].CopyTo(output);
            return new StepResult(count, count);
        }
    }

    /// <summary>Runs it to its end; a text of what arrived, in its order.</summary>
    public async Task<string> RunAsync()
    {
        _graph.Start();
        for (var n = 0; n < 12; n++)
        {
            StepSome(_random.Next(40));
            await Change();
        }
        for (var n = 0; n < 100_000 && !_graph.Completion.IsCompleted; n++)
            StepAll();
        await Settle();
        Check();
        await _graph.DisposeAsync();
        return string.Join(' ', _chains.Select(chain => string.Join(',', chain.Sink.Received)));
    }

    private void StepSome(int steps)
    {
        for (var n = 0; n < steps; n++)
            AnyScheduler().Step();
    }

    private void StepAll()
    {
        foreach (var scheduler in _graph.Schedulers)
            scheduler.Step();
    }

    /// <summary>The model knows the wiring only when no change is under way. One that was refused since what it names
    /// has just ended changed nothing.</summary>
    private async Task Settle()
    {
        foreach (var (change, diff, model) in _changes)
        {
            for (var n = 0; n < 100_000 && !change.IsCompleted; n++)
                StepAll();
            Assert.That(change.IsCompleted, $"seed {_seed}: a change hangs:\n{_graph.DescribeWaits()}");
            try
            {
                await change;
                model();
            }
            catch (GraphDiffException refusal) when (refusal.Message.Contains("has ended", StringComparison.Ordinal))
            {
                diff.Additions.ForEach(each => each.Component.BuryUnstarted()); // What it made is of no use.
            }
        }
        _changes.Clear();
    }

    private async Task Change()
    {
        await Settle();
        if (_graph.Completion.IsCompleted)
            return;
        var diff = new GraphDiff();
        Action model = static () => { };
        var chain = _chains[_random.Next(_chains.Count)];
        switch (_random.Next(4))
        {
            case 0:
                model = Insert(diff, chain);
                break;
            case 1 when chain.Stages.Count > 2:
                model = Bypass(diff, chain);
                break;
            case 2 when _chains.Count > 1:
                model = Swap(diff, chain, _chains[(_chains.IndexOf(chain) + 1) % _chains.Count]);
                break;
            default:
                if (chain.Stages.Count > 2)
                    model = Replace(diff, chain);
                else
                    model = Insert(diff, chain);
                break;
        }
        var options = new GraphDiffOptions { OnReplace = (ReplacedMessages)_random.Next(2) };
        _changes.Add((_graph.ApplyAsync(diff, options).AsTask(), diff, model));
    }

    private static Outbox OutOf(Component stage) => stage.FindOutbox("outbox");

    private static Inbox InOf(Component stage) => stage.FindInbox("inbox");

    private bool IsOver(Component stage) => stage.State == ComponentState.Ended || OutOf(stage).End is not null;

    private Action Insert(GraphDiff diff, Chain chain)
    {
        var at = 1 + _random.Next(chain.Stages.Count - 1);
        if (IsOver(chain.Stages[at - 1]))
            return static () => { };
        var relay = NewRelay();
        diff.Add(relay, AnyScheduler()).Unlink(OutOf(chain.Stages[at - 1]))
            .Link(OutOf(chain.Stages[at - 1]), InOf(relay), AnyOptions())
            .Link(OutOf(relay), InOf(chain.Stages[at]));
        return () => chain.Stages.Insert(at, relay);
    }

    private Action Bypass(GraphDiff diff, Chain chain)
    {
        var at = 1 + _random.Next(chain.Stages.Count - 2);
        if (IsOver(chain.Stages[at - 1]) || IsOver(chain.Stages[at]))
            return static () => { };
        diff.Remove(chain.Stages[at])
            .Link(OutOf(chain.Stages[at - 1]), InOf(chain.Stages[at + 1]), AnyOptions());
        return () => chain.Stages.RemoveAt(at);
    }

    private Action Replace(GraphDiff diff, Chain chain)
    {
        var at = 1 + _random.Next(chain.Stages.Count - 2);
        if (IsOver(chain.Stages[at]))
            return static () => { };
        var relay = NewRelay();
        diff.Replace(chain.Stages[at], relay, _random.Next(2) == 0 ? null : AnyScheduler());
        return () => chain.Stages[at] = relay;
    }

    // The first outboxes change places: what was sent before stays in its chain.
    private Action Swap(GraphDiff diff, Chain one, Chain other)
    {
        if (IsOver(one.Stages[0]) || IsOver(other.Stages[0]))
            return static () => { };
        diff.Unlink(OutOf(one.Stages[0])).Unlink(OutOf(other.Stages[0]))
            .Link(OutOf(one.Stages[0]), InOf(other.Stages[1]))
            .Link(OutOf(other.Stages[0]), InOf(one.Stages[1]));
        return () => (one.Stages[0], other.Stages[0]) = (other.Stages[0], one.Stages[0]);
    }

    private void Check()
    {
        Assert.That(_graph.Completion.IsCompleted, $"seed {_seed} hangs:\n{_graph.DescribeWaits()}");
        var all = _chains.SelectMany(chain => chain.Sink.Received).Order().ToList();
        var expected = from source in Enumerable.Range(0, _chains.Count)
                       from number in Enumerable.Range(0, MessagesPerSource)
                       select (source, number);
        Assert.That(all, Is.EqualTo(expected), $"seed {_seed}: every message once");
        foreach (var chain in _chains)
        {
            foreach (var source in chain.Sink.Received.GroupBy(message => message.From))
                Assert.That(source.Select(message => message.Number), Is.Ordered, $"seed {_seed}: order");
            Assert.That(chain.Sink.InboxEnd, Is.EqualTo(EndReason.Completed), $"seed {_seed}");
        }
    }
}

