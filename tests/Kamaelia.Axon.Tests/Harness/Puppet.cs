using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Kamaelia.Axon;

namespace Kamaelia.Axon.Tests.Harness;

/// <summary>A component whose body does what the test tells it, in its own activations and on its own thread.</summary>
/// <remarks>So only a component touches its boxes, as the rule is, and still the test says when.</remarks>
internal sealed partial class Puppet<T>(ManualGraph graph) : Component
{
    private readonly ConcurrentQueue<Action> _acts = new();
    private readonly Bell _bell = new();
    private bool _done;
    private Exception? _failure;

    [Port("What the test takes by hand.")]
    public partial Inbox<T> Inbox { get; }

    [Port("A second way in.")]
    public partial Inbox<T> Other { get; }

    [Port("What the test sends by hand.", Optional = true)]
    public partial Outbox<T> Outbox { get; }

    [Port("A second way out.", Optional = true)]
    public partial Outbox<T> Second { get; }

    /// <summary>How often the test's acts woke it; for tests of who is woken.</summary>
    public int Acts { get; private set; }

    public bool Handles { get; init; }

    public CancellationToken Stop { get; private set; }

    protected override bool HandlesControl => Handles;

    /// <summary>Runs the act inside the component, then the graph until it rests; throws what the act threw.</summary>
    public void Do(Action act)
    {
        ExceptionDispatchInfo? thrown = null;
        var ran = false;
        Ring(() =>
        {
            ran = true;
            try
            {
                act();
            }
            catch (Exception error)
            {
                thrown = ExceptionDispatchInfo.Capture(error);
            }
        });
        graph.Run();
        thrown?.Throw();
        Assert.That(ran, $"{Path} did not run what it was told: it is {State}, {End}.");
    }

    public TResult Ask<TResult>(Func<TResult> act)
    {
        var result = default(TResult)!;
        Do(() => result = act());
        return result;
    }

    /// <summary>Begins work that may wait on boxes; it goes on beside whatever else the test asks for.</summary>
    public Task Begin(Func<Task> act) => Ask(act);

    /// <inheritdoc cref="Begin(Func{Task})"/>
    public Task<TResult> Begin<TResult>(Func<Task<TResult>> act) => Ask(act);

    public bool Send(params T[] messages) => Ask(() => messages.All(message => Outbox.TrySend(message)));

    /// <summary>All that is in the inbox now.</summary>
    public List<T> Take() => Ask(() => TakeFrom(Inbox));

    public static List<T> TakeFrom(Inbox<T> inbox)
    {
        var messages = new List<T>();
        while (inbox.TryReceive(out var message))
            messages.Add(message);
        return messages;
    }

    public void Finish()
    {
        Ring(() => _done = true);
        graph.Run();
    }

    public void Fail(Exception failure)
    {
        _failure = failure;
        Finish();
    }

    // Reaches what only a component itself may call.
    public Inbox<TMessage> NewInbox<TMessage>(string name, int capacity = 0)
        => Ask(() => AddInbox<TMessage>(name, "Made while running.", capacity));

    public Outbox<TMessage> NewOutbox<TMessage>(string name)
        => Ask(() => AddOutbox<TMessage>(name, "Made while running.", optional: true));

    public void Remove(Box box) => Do(() => RemoveBox(box));

    public AnyAwaitable Any(Inbox first, Inbox second) => WaitAnyAsync(first, second, Stop);

    public DelayAwaitable Delay(TimeSpan time, CancellationToken stop = default) => DelayAsync(time, stop);

    protected override async Run RunAsync(CancellationToken stop)
    {
        Stop = stop;
        using var hear = stop.UnsafeRegister(static bell => ((Bell)bell!).Ring(), _bell);
        while (!_done)
        {
            while (_acts.TryDequeue(out var act))
            {
                Acts++;
                act();
            }
            if (!_done)
                await _bell;
            stop.ThrowIfCancellationRequested();
        }
        if (_failure is not null)
            throw _failure;
    }

    private void Ring(Action act)
    {
        _acts.Enqueue(act);
        _bell.Ring();
    }
}
