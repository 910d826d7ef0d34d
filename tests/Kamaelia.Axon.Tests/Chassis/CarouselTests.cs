using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.ChassisKinds;

public sealed class CarouselTests
{
    [Test]
    public async Task WithoutARequest_NothingHappens()
    {
        await using var rig = new Rig();

        rig.Data.Send(1);

        Assert.That(rig.Made, Is.Empty);
        Assert.That(rig.Data.Take(), Is.Empty);
        Assert.That(rig.Requests.Take(), Is.Empty);
        Assert.That(rig.Carousel.State, Is.EqualTo(ComponentState.Running));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task FirstRequest_IsAskedFor_WhenWanted(bool wanted)
    {
        await using var rig = new Rig(wanted);

        Assert.That(rig.Requests.Take(), Is.EqualTo(wanted ? new[] { "NEXT" } : []));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Shutdown_OfAnIdleCarousel_EndsIt(bool hard)
    {
        await using var rig = new Rig();

        rig.Tell(hard);

        Assert.That(rig.Carousel.State, Is.EqualTo(ComponentState.Ended));
        Assert.That(rig.Said(), Is.EqualTo(new[] { hard }));
    }

    [Test]
    public async Task Request_MakesAChildOfIt()
    {
        await using var rig = new Rig();

        rig.Requests.Send("a");

        Assert.That(rig.Made.Single().Name, Is.EqualTo("a"));
        Assert.That(rig.Made[0].State, Is.EqualTo(ComponentState.Running));
        Assert.That(rig.Carousel.Children, Is.EqualTo(rig.Made));
    }

    [Test]
    public async Task EndOfAChild_AsksForTheNext()
    {
        await using var rig = new Rig();
        rig.Requests.Send("a");
        var early = rig.Requests.Take();

        rig.Made[0].Finish();

        Assert.That(early, Is.Empty);
        Assert.That(rig.Requests.Take(), Is.EqualTo(new[] { "NEXT" }));
        Assert.That(rig.Carousel.Children, Is.Empty);
    }

    [Test]
    public async Task SignalOfAChild_IsIgnored()
    {
        await using var rig = new Rig();
        rig.Requests.Send("a");

        rig.Made[0].Do(() => rig.Made[0].Signal.TrySend(new ProducerFinished(rig.Made[0])));

        Assert.That(rig.Requests.Take(), Is.Empty);
        Assert.That(rig.Said(), Is.Empty);
        Assert.That(rig.Carousel.State, Is.EqualTo(ComponentState.Running));
    }

    [Test]
    public async Task NextRequest_StopsTheChild_AndWaitsForItsEnd()
    {
        await using var rig = new Rig();
        rig.Requests.Send("a");

        rig.Requests.Send("b");
        var told = rig.ToldTo(0);
        var made = rig.Made.Count;
        rig.Made[0].Finish();

        Assert.That(told, Is.EqualTo(new[] { true }));
        Assert.That(made, Is.EqualTo(1));
        Assert.That(rig.Made.Select(child => child.Name), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(rig.Requests.Take(), Is.Empty, "one was queued, so none is asked for");
    }

    [Test]
    public async Task Data_PassesThroughTheChild()
    {
        await using var rig = new Rig();
        rig.Requests.Send("a");

        rig.Data.Send(5);
        rig.Made[0].Send(6);

        Assert.That(rig.Made[0].Take(), Is.EqualTo(new[] { 5 }));
        Assert.That(rig.Data.Take(), Is.EqualTo(new[] { 6 }));
    }

    [Test]
    public async Task Data_WithoutAChild_WaitsForTheNext()
    {
        await using var rig = new Rig();
        rig.Requests.Send("a");
        rig.Made[0].Finish();

        rig.Data.Send(1, 2);
        rig.Requests.Send("b");

        Assert.That(rig.Made[1].Take(), Is.EqualTo(new[] { 1, 2 }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Shutdown_WithAChild_WaitsForIt(bool hard)
    {
        await using var rig = new Rig();
        rig.Requests.Send("a");

        rig.Tell(hard);
        var told = rig.ToldTo(0);
        var state = rig.Carousel.State;
        rig.Made[0].Finish();

        Assert.That(told, Is.EqualTo(new[] { hard }));
        Assert.That((state, rig.Carousel.State), Is.EqualTo((ComponentState.Running, ComponentState.Ended)));
        Assert.That(rig.Said(), Is.EqualTo(new[] { hard }));
        Assert.That(rig.Requests.Take(), Is.Empty);
    }

    [Test]
    public async Task ProducerFinished_LetsQueuedRequestsRun()
    {
        await using var rig = new Rig();
        rig.Requests.Send("a", "b");

        rig.Tell(hard: false);
        rig.Made[0].Finish();
        var made = rig.Made.Select(child => child.Name).ToArray();
        var state = rig.Carousel.State;
        rig.Made[1].Finish();

        Assert.That(made, Is.EqualTo(new[] { "a", "b" }));
        Assert.That((state, rig.Carousel.State), Is.EqualTo((ComponentState.Running, ComponentState.Ended)));
        Assert.That(rig.Said(), Is.EqualTo(new[] { false }));
    }

    [Test]
    public async Task ShutdownMicroprocess_DropsQueuedRequests()
    {
        await using var rig = new Rig();
        rig.Requests.Send("a", "b");

        rig.Tell(hard: true);
        rig.Made[0].Finish();

        Assert.That(rig.Made, Has.Count.EqualTo(1));
        Assert.That(rig.Carousel.State, Is.EqualTo(ComponentState.Ended));
        Assert.That(rig.Said(), Is.EqualTo(new[] { true }));
    }

    /// <summary>A carousel with a puppet at each of its boxes; the children are puppets that end when told by the test.
    /// </summary>
    private sealed class Rig : IAsyncDisposable
    {
        private readonly ManualGraph _graph = new();
        private readonly Puppet<int> _boss;

        public Rig(bool makeFirstRequest = false)
        {
            Carousel = _graph.Add(new Carousel<string, int, int>(Make, makeFirstRequest) { Name = "carousel" });
            Requests = _graph.Puppet<string>("requests");
            Data = _graph.Puppet<int>("data");
            _boss = _graph.Add(new Puppet<int>(_graph) { Name = "boss", Handles = true });
            _graph.Graph.Link(Requests.Outbox, Carousel.Next);
            _graph.Graph.Link(Carousel.RequestNext, Requests.Inbox);
            _graph.Graph.Link(Data.Outbox, Carousel.Inbox);
            _graph.Graph.Link(Carousel.Outbox, Data.Inbox);
            _graph.Graph.Link(_boss.Signal, Carousel.Control);
            _graph.Graph.Link(Carousel.Signal, _boss.Control);
            _graph.Start();
        }

        public Carousel<string, int, int> Carousel { get; }

        public Puppet<string> Requests { get; }

        public Puppet<int> Data { get; }

        public List<Puppet<int>> Made { get; } = [];

        public void Tell(bool hard)
            => _boss.Do(() =>
                _boss.Signal.TrySend(hard ? new ShutdownMicroprocess(_boss) : new ProducerFinished(_boss)));

        /// <summary>What came out of the carousel's signal: true for a hard shutdown, false for a clean one.</summary>
        public bool[] Said() => _boss.Ask(() => Kinds(_boss.Control));

        /// <summary>What that child was told on its control.</summary>
        public bool[] ToldTo(int child) => Made[child].Ask(() => Kinds(Made[child].Control));

        public ValueTask DisposeAsync() => _graph.DisposeAsync();

        private Puppet<int> Make(string name)
        {
            var child = new Puppet<int>(_graph) { Name = name, Handles = true };
            Made.Add(child);
            return child;
        }

        private static bool[] Kinds(Inbox<ControlMessage> control)
        {
            var kinds = new List<bool>();
            while (control.TryReceive(out var message))
                kinds.Add(message is ShutdownMicroprocess);
            return [.. kinds];
        }
    }
}
