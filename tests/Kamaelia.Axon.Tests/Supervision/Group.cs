using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Supervision;

/// <summary>A graph under a clock that the test moves, with one supervisor, and all that happens in it.</summary>
internal sealed class Group : IAsyncDisposable
{
    public Group(SupervisionOptions? options = null, bool stopOnFault = true, int schedulers = 1)
    {
        Manual = new ManualGraph(schedulers, stopOnFault);
        Supervisor = new Supervisor(options ?? Plain) { Name = "group" };
        Manual.Add(Supervisor);
        Manual.Graph.Subscribe(happened =>
        {
            lock (Events)
                Events.Add(happened);
        });
    }

    /// <summary>No chance in the waits, and the first one 100 ms.</summary>
    public static SupervisionOptions Plain { get; } = new() { Jitter = 0 };

    public ManualGraph Manual { get; }

    public Graph Graph => Manual.Graph;

    public Supervisor Supervisor { get; }

    public List<GraphEvent> Events { get; } = [];

    public List<string> Log { get; } = [];

    public IEnumerable<ComponentFaulted> Faults => Events.OfType<ComponentFaulted>();

    public IEnumerable<ComponentRestarted> Restarts => Events.OfType<ComponentRestarted>();

    public Supervised Frail(string name, Func<int, bool>? isBad = null, Restart restart = Restart.Transient) =>
        Supervisor.Add(name, () => new Frail(Log, name, isBad ?? (n => n < 0)), restart);

    /// <summary>A puppet that sends to the child.</summary>
    public Puppet<int> FeederOf(Supervised child, LinkOptions? options = null)
    {
        var puppet = Manual.Puppet<int>($"to-{child.Name}");
        Graph.Link(puppet.Outbox, child.FindInbox("inbox"), options);
        return puppet;
    }

    public Recorder<int> RecorderOf(Supervised child, LinkOptions? options = null)
    {
        var recorder = Manual.Add(new Recorder<int> { Name = $"from-{child.Name}" });
        Graph.Link(child.FindOutbox("outbox"), recorder.Inbox, options);
        return recorder;
    }

    public void Start() => Manual.Start();

    public void Advance(double ms) => Manual.Advance(TimeSpan.FromMilliseconds(ms));

    public string TakeLog()
    {
        string text = string.Join(' ', Log);
        Log.Clear();
        return text;
    }

    public static long Counter(Component component, string name) =>
        component.Counters.Single(counter => counter.Key == name).Value;

    public ValueTask DisposeAsync() => Manual.DisposeAsync();
}
