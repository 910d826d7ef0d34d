using System.Text;

namespace Kamaelia.Axon;

// Stopping: what the machine carries out, and what becomes of a graph that was abandoned.
public sealed partial class Graph
{
    // What a stop may spend beside its graces: on those who should say what they wait for, and on observers.
    private static readonly TimeSpan s_describeTime = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_reportTime = TimeSpan.FromMilliseconds(100);

    [ThreadStatic]
    private static Graph? t_worksFor;

    private readonly StopMachine _stop;
    private readonly List<Component> _closing = []; // Those whose OnEndedAsync or Dispose is awaited.
    private GraphAbandonedException? _abandoned;
    private bool _neverStarted;
    private int _unstartedEnds;

    /// <summary>Stops it: lets what is under way finish (drain), then cancels, then abandons what does not end and
    /// names it. Any thread, any state, any number of times: the shortest drain and cancel times that anybody asked for
    /// hold, and every caller gets the same outcome.</summary>
    /// <remarks>
    /// Never blocks. Called by one of its own components (a native one's callback and a threaded one's thread are
    /// inside too) it is asked for and not waited for: the component must be able to end. A paused graph is resumed.
    /// A graph that is stepped by hand is stopped by going on to step it; its deadlines are those of its clock.
    /// </remarks>
    /// <exception cref="GraphAbandonedException">Components did not end in time.</exception>
    public ValueTask StopAsync(StopOptions? options = null)
    {
        Task stopping = AskStop(
            options?.DrainTimeout ?? Options.DrainTimeout, options?.CancelTimeout ?? Options.CancelTimeout);
        return IsInside ? default : new ValueTask(stopping);
    }

    private Task AskStop(TimeSpan drain, TimeSpan cancel)
    {
        lock (_lock)
        {
            if (!_started)
                _over = _started = _neverStarted = true;
        }
        Resume();
        return _stop.Ask(drain, cancel);
    }

    /// <summary>Whether this thread runs one of its components: then nothing may wait for their end.</summary>
    private bool IsInside =>
        ReferenceEquals(t_worksFor, this) || (Scheduler.Current is { } current && _schedulers.Contains(current));

    /// <summary>This thread is a component's own from now on.</summary>
    internal void NoteOwnThread() => t_worksFor = this;

    /// <summary>Asks every component. The machine's thread; the caller's or the timer's in a graph without threads.
    /// </summary>
    internal void CarryOut(StopKind kind)
    {
        if (IsObserved)
        {
            string waits = GatherWaits();
            ReportInTime(new StopStage(kind == StopKind.Drain ? "drain" : "cancel", waits));
        }
        if (_neverStarted)
        {
            if (Interlocked.Exchange(ref _unstartedEnds, 1) == 0)
                Elsewhere(EndUnstarted);
            return;
        }
        foreach (Scheduler scheduler in _schedulers)
            scheduler.Post(() => AskThoseOn(scheduler, kind));
        Elsewhere(() => CancelShared(kind));
    }

    private void AskThoseOn(Scheduler scheduler, StopKind kind)
    {
        foreach (Component component in Components)
        {
            if (ReferenceEquals(component.Home, scheduler))
                component.RequestStop(kind);
        }
    }

    // Runs what belongs to others (registrations, disposals) where it can hold up nobody.
    private void Elsewhere(Action action)
    {
        if (Options.ManualScheduling)
            action();
        else
            ThreadPool.UnsafeQueueUserWorkItem(static a => a(), action, preferLocal: false);
    }

    private void CancelShared(StopKind kind)
    {
        try
        {
            _sharedDrain.Cancel();
            if (kind == StopKind.Cancel)
                _sharedCancel.Cancel();
        }
        catch (AggregateException e)
        {
            Report(new CallbackFaulted(Name, e)); // Somebody's registration threw; the stop goes on.
        }
        catch (ObjectDisposedException)
        {
            // The graph has ended meanwhile.
        }
    }

    private void EndUnstarted()
    {
        Volatile.Write(ref _live, 1);
        foreach (Component component in Components)
            component.BuryUnstarted();
        Release();
    }

    /// <summary>Deadlines are over. Tells who did not end, and is over for everybody else.</summary>
    internal void Abandon()
    {
        string waits = GatherWaits(); // Also the last chance of those that only were late.
        if (Interlocked.CompareExchange(ref _finished, FinishedByAbandon, 0) != 0)
            return; // The join is the machine's next step.
        _over = true;
        AbortChanges();
        ReportInTime(new StopStage("abandon", waits));
        _abandoned = new GraphAbandonedException($"{Name} did not end in time; abandoned:{Environment.NewLine}{waits}",
            [.. StillThere()]);
        _schedulers.ForEach(s => s.Abandon());
        foreach (Component component in Components)
            (component as IGraphHandle)?.GraphIsOver(_abandoned);
        _completion.TrySetException(_abandoned); // First: who waits for the stop looks at it next.
        _stop.End(_abandoned);
    }

    private List<string> StillThere()
    {
        List<string> paths = ClosingPaths();
        try
        {
            foreach (Scheduler scheduler in _schedulers)
                paths.AddRange(LiveComponents(scheduler).Where(IsInnermost).Select(c => c.Path));
        }
        catch (Exception e) when (IsOfChange(e))
        {
            // Some of them end at this moment. The text has all that could be seen.
        }
        return paths;
    }

    // Lists of components that run on another thread may change while they are looked at.
    private static bool IsOfChange(Exception e) => e is InvalidOperationException or ArgumentException
        or NullReferenceException or IndexOutOfRangeException;

    private static bool IsInnermost(Component component) =>
        component is not CrossingEnd && component.Children.All(c => c.State == ComponentState.Ended);

    private List<string> ClosingPaths()
    {
        List<string> paths;
        lock (_closing)
            paths = _closing.ConvertAll(c => c.Path);
        foreach (Scheduler scheduler in _schedulers)
        {
            if (scheduler.Closing is { } component)
                paths.Add(component.Path);
        }
        return paths;
    }

    private void DisposeShared()
    {
        _sharedDrain.Dispose();
        _sharedCancel.Dispose();
    }

    private void ReportInTime(GraphEvent what)
    {
        if (Options.ManualScheduling)
        {
            Report(what);
            return;
        }
        // Not disposed here: a report that is late still sets it.
        var done = new ManualResetEventSlim();
        ThreadPool.UnsafeQueueUserWorkItem(_ =>
        {
            Report(what);
            done.Set();
        }, null);
        done.Wait(s_reportTime);
    }

    /// <summary>Who is waited for. Each scheduler speaks for its own components; one that does not answer is blocked,
    /// so its components stand still and can be looked at from here.</summary>
    private string GatherWaits()
    {
        if (Options.ManualScheduling || _neverStarted)
            return DescribeWaits();
        var texts = new string?[_schedulers.Count];
        var left = new CountdownEvent(_schedulers.Count); // Not disposed here: one that is late still signals it.
        for (int i = 0; i < texts.Length; i++)
        {
            int index = i;
            _schedulers[i].Post(() =>
            {
                texts[index] = WaitsOn(_schedulers[index], fromOutside: false);
                left.Signal();
            });
        }
        left.Wait(s_describeTime);
        var text = new StringBuilder();
        for (int i = 0; i < texts.Length; i++)
            text.Append(Volatile.Read(ref texts[i]) ?? WaitsOn(_schedulers[i], fromOutside: true));
        AppendClosing(text);
        return text.ToString().TrimEnd();
    }

    internal string DescribeWaits()
    {
        var text = new StringBuilder();
        foreach (Scheduler scheduler in _schedulers)
            text.Append(WaitsOn(scheduler, fromOutside: false));
        AppendClosing(text);
        return text.ToString().TrimEnd();
    }

    private string WaitsOn(Scheduler scheduler, bool fromOutside)
    {
        var text = new StringBuilder();
        try
        {
            int running = fromOutside ? scheduler.RunningId : -1;
            int told = 0;
            foreach (Component component in LiveComponents(scheduler).Where(IsInnermost))
            {
                if (++told > ToldMax)
                    continue;
                text.AppendLine(running >= 0 && component.Id == running
                    ? $"{component.Path} holds {scheduler.Name}: it {scheduler.ThreadText}"
                    : component.WaitText);
            }
            if (told > ToldMax)
                text.AppendLine($"and {told - ToldMax} more on {scheduler.Name}");
            if (fromOutside && running < 0)
                text.AppendLine($"{scheduler.Name} does not answer: it {scheduler.ThreadText}");
        }
        catch (Exception e) when (IsOfChange(e))
        {
            text.AppendLine($"{scheduler.Name}: changed while it was looked at");
        }
        return text.ToString();
    }

    private const int ToldMax = 100; // A report of a million lines would take longer than the stop.

    private void AppendClosing(StringBuilder text)
    {
        foreach (string path in ClosingPaths())
            text.AppendLine($"{path} has ended and releases what it held (OnEndedAsync or Dispose)");
    }

    /// <summary>Stops it if it runs, and gives back what it holds. Faults are not thrown here. After an abandon it
    /// returns at once: what was abandoned is given back when it comes to an end after all.</summary>
    /// <remarks>A graph that is stepped by hand is stepped to its end here, on this thread, without waiting for its
    /// clock: nobody else may be stepping it. Called by one of its own components it only asks for the stop.</remarks>
    public async ValueTask DisposeAsync()
    {
        bool isInside = IsInside;
        if (Options.ManualScheduling && !isInside)
            EndByHand();
        else if (!_completion.Task.IsCompleted)
            await IgnoreFaults(StopAsync().AsTask()).ConfigureAwait(false);
        if (isInside)
            return;
        await IgnoreFaults(Completion).ConfigureAwait(false);
        foreach (Scheduler scheduler in _schedulers)
            scheduler.Dispose();
        if (_abandoned is null)
            DisposeShared();
    }

    private const int RoundsByHand = 100_000; // A component that is never idle is abandoned after so many.

    private void EndByHand()
    {
        if (_completion.Task.IsCompleted)
            return;
        _ = AskStop(Options.DrainTimeout, Options.CancelTimeout);
        StepToRest();
        if (_completion.Task.IsCompleted)
            return;
        _ = AskStop(TimeSpan.Zero, Options.CancelTimeout);
        StepToRest();
        if (!_completion.Task.IsCompleted)
            _ = AskStop(TimeSpan.Zero, TimeSpan.Zero);
    }

    private void StepToRest()
    {
        bool more = true;
        for (int round = 0; more && round < RoundsByHand && !_completion.Task.IsCompleted; round++)
        {
            more = false;
            foreach (Scheduler scheduler in _schedulers)
                more |= !scheduler.IsDisposed && scheduler.Step();
            // A later one may have given work to one that rested in this round.
            more |= _schedulers.Exists(scheduler => scheduler.HasWork);
        }
    }

    private static async Task IgnoreFaults(Task task) =>
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
