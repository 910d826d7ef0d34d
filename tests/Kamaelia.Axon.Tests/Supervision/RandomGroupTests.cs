using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Supervision;

/// <summary>Chains of children that fall at random messages, against a model: of each number, exactly one thing
/// becomes.</summary>
public sealed class RandomGroupTests
{
    private const int Seeds = 3000;

    [Test]
    public async Task Groups_OfManySeeds_DoWhatTheModelSays()
    {
        int escalated = 0, stopped = 0, restarts = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            var outcome = await Run(seed);
            escalated += outcome.Escalated ? 1 : 0;
            stopped += outcome.Stopped ? 1 : 0;
            restarts += outcome.Restarts;
            if (seed % 25 == 0)
                Assert.That((await Run(seed)).Trace, Is.EqualTo(outcome.Trace), $"seed {seed}: the same run twice");
        }
        // Else the seeds would not show what they are for.
        Assert.That(escalated, Is.GreaterThan(Seeds / 20));
        Assert.That(stopped, Is.GreaterThan(Seeds / 20));
        Assert.That(restarts, Is.GreaterThan(Seeds));
        TestContext.Out.WriteLine($"{Seeds} groups: {restarts} restarts, {escalated} gave up, {stopped} were stopped");
    }

    private sealed record Outcome(bool Escalated, bool Stopped, int Restarts, string Trace);

    private static async Task<Outcome> Run(int seed)
    {
        var random = new Random(seed);
        var options = new SupervisionOptions
        {
            Strategy = (SupervisionStrategy)random.Next(3),
            Queue = (RestartQueue)random.Next(3),
            RestartsMax = random.Next(4) == 0 ? random.Next(4) : 1000,
            Within = TimeSpan.FromDays(1),
            BackoffFirst = TimeSpan.FromMilliseconds(random.Next(3) * 10),
            BackoffMax = TimeSpan.FromMilliseconds(40),
            Jitter = random.NextDouble(),
            Seed = seed,
        };
        int count = random.Next(1, 40), children = random.Next(1, 4);
        var fallsAt = Enumerable.Range(0, children).Select(_ => new HashSet<int>(
            Enumerable.Range(1, count).Where(_ => random.Next(12) == 0))).ToList();
        int stopAtRound = random.Next(5) == 0 ? random.Next(1, 60) : int.MaxValue;
        await using var group = new Group(options, stopOnFault: random.Next(2) == 0);
        var places = fallsAt.Select((bad, i) => group.Frail($"c{i}", bad.Contains)).ToList();
        // Only in one-for-one is nobody cut off in the middle of a send that waits for room.
        var link = options.Strategy == SupervisionStrategy.OneForOne ? new LinkOptions(random.Next(1, 8)) : null;
        for (int i = 1; i < children; i++)
            group.Supervisor.Link(places[i - 1], places[i], link);
        var feeder = group.Manual.Add(new Feeder<int>(Enumerable.Range(1, count)) { Name = "feeder" });
        group.Graph.Link(feeder.Outbox, (Inbox<int>)places[0].FindInbox("inbox"), link);
        var recorder = group.RecorderOf(places[^1]);
        var letters = group.Manual.Add(new Recorder<DeadLetter> { Name = "letters" });
        group.Graph.Link(group.Supervisor.DeadLetters, letters.Inbox);
        group.Graph.Start();

        Task? stop = null;
        for (int round = 0; round < 5000 && !group.Graph.Completion.IsCompleted; round++)
        {
            if (round == stopAtRound)
                stop = group.Graph.StopAsync(random.Next(2) == 0 ? null : new StopOptions(TimeSpan.Zero)).AsTask();
            if (random.Next(3) == 0)
                group.Manual.Clock.Advance(TimeSpan.FromMilliseconds(random.Next(20)));
            group.Manual.Step();
        }

        var outcome = new Outcome(group.Supervisor.End?.Kind == EndKind.Faulted, stop is not null,
            places.Sum(p => p.Restarts), string.Join('\n', group.Events.Select(e => e.ToString())));
        Check($"seed {seed}, {options}", group, recorder.Received, [.. letters.Received.Select(l => (int)l.Message)],
            fallsAt, count, outcome);
        return outcome;
    }

    private static void Check(string what, Group group, List<int> received, List<int> letters,
        List<HashSet<int>> fallsAt, int count, Outcome outcome)
    {
        int max = group.Supervisor.Options.RestartsMax;
        Assert.That(group.Graph.Completion.IsCompleted, $"{what}: it ends; {group.Graph.DescribeWaits()}");
        Assert.That(received, Is.Ordered.Ascending.And.Unique, what);
        var fellOver = group.Faults.Where(f => f.Exception is InvalidDataException)
            .Select(f => int.Parse(f.Exception.Message.Split(' ')[^1])).ToList();
        Assert.That(fellOver, Is.Unique, $"{what}: no message makes two fall");
        Assert.That(
            received.Intersect(fellOver).Concat(received.Intersect(letters)).Concat(letters.Intersect(fellOver)),
            Is.Empty, $"{what}: one thing becomes of each message");
        int counted = group.Supervisor.Places.Sum(p => (int)Group.Counter(p, "dropped"));
        // While a group goes down or gives up another child may fall; that is part of the same.
        bool isExact = group.Supervisor.Options.Strategy == SupervisionStrategy.OneForOne;
        int judged = group.Faults.Count(f => f.Exception is InvalidDataException && f.Action != FaultAction.Ignored);
        if (outcome.Escalated)
            Assert.That(judged, isExact ? Is.EqualTo(max + 1) : Is.GreaterThan(max),
                $"{what}: the restarts that are allowed and one fault more");
        else if (!outcome.Stopped)
            Assert.That(received.Count + fellOver.Count + letters.Count + counted, Is.EqualTo(count),
                $"{what}: nothing is lost without being counted");
        if (!outcome.Escalated && isExact)
            Assert.That(judged, Is.LessThanOrEqualTo(max), what);
        if (group.Supervisor.Options.Queue == RestartQueue.Keep && !outcome.Escalated && !outcome.Stopped)
            Assert.That(received,
                Is.EqualTo(Enumerable.Range(1, count).Where(n => !fallsAt.Exists(f => f.Contains(n)))), what);
    }
}
