using System.Text;

namespace Kamaelia.Axon;

// Starting, ending and stopping.
public sealed partial class Graph
{
    private readonly TaskCompletionSource _completion;
    private readonly TaskCompletionSource _cancelNow;
    private readonly List<(string Path, Exception Exception)> _faults = [];
    private readonly CancellationTokenSource _sharedDrain = new();
    private readonly CancellationTokenSource _sharedCancel = new();
    private Task? _stopping;
    private int _live = 1; // The graph itself, until it is started: an empty one completes then, not before.
    private bool _over;
    private int _finished;

    /// <summary>Completes when every component has ended and released what it held, and the threads are gone. Throws
    /// the first fault, with the others attached (<see cref="GraphFaultedException"/>).</summary>
    public Task Completion => _completion.Task;

    /// <summary>Checks the graph and starts every component.</summary>
    /// <exception cref="GraphInvalidException">A check found an error.</exception>
    public void Start()
    {
        List<GraphDiagnostic> errors = Check(errorsOnly: true);
        if (errors.Count > 0)
            throw new GraphInvalidException(errors);
        lock (_lock)
        {
            ThrowIfOver();
            if (_started)
                throw new InvalidOperationException($"{Name} runs already");
            foreach (Component component in _root.Children)
                component.StartOn(component.Home!);
            _started = true;
        }
        if (!Options.ManualScheduling)
            _schedulers.ForEach(s => s.Start());
        Release();
    }

    /// <summary>Starts it and waits for its end; a cancelled token stops it as <see cref="StopAsync"/> does.</summary>
    public async Task RunAsync(CancellationToken stop = default)
    {
        Start();
        await using CancellationTokenRegistration watch =
            stop.UnsafeRegister(static g => _ = ((Graph)g!).StopAsync().AsTask(), this);
        await Completion.ConfigureAwait(false);
    }

    /// <summary>Stops it: lets what is under way finish (drain), then cancels, then abandons what does not end and
    /// names it. Any thread, any number of times; a later call with no drain time shortens an earlier one.</summary>
    /// <remarks>Called by one of its own components it does not wait: the component must be able to end.</remarks>
    /// <exception cref="GraphAbandonedException">Components did not end in time.</exception>
    public ValueTask StopAsync(StopOptions? options = null)
    {
        TimeSpan drain = options?.DrainTimeout ?? Options.DrainTimeout;
        TimeSpan cancel = options?.CancelTimeout ?? Options.CancelTimeout;
        if (drain <= TimeSpan.Zero)
            _cancelNow.TrySetResult();
        Task stopping;
        lock (_lock)
            stopping = _stopping ??= StopCoreAsync(drain, cancel);
        bool fromInside = Scheduler.Current is { } current && _schedulers.Contains(current);
        return fromInside ? default : new ValueTask(stopping);
    }

    private async Task StopCoreAsync(TimeSpan drain, TimeSpan cancel)
    {
        if (!_started)
        {
            await EndUnstarted().ConfigureAwait(false);
            return;
        }
        if (!_cancelNow.Task.IsCompleted)
        {
            Stage("drain", StopKind.Drain);
            if (await EndsWithin(drain, _cancelNow.Task).ConfigureAwait(false))
                return;
        }
        Stage("cancel", StopKind.Cancel);
        if (await EndsWithin(cancel, null).ConfigureAwait(false))
            return;
        Abandon();
        await Completion.ConfigureAwait(false);
    }

    private void Stage(string name, StopKind kind)
    {
        Report(new StopStage(name, IsObserved ? DescribeWaits() : ""));
        (kind == StopKind.Drain ? _sharedDrain : _sharedCancel).Cancel();
        if (kind == StopKind.Cancel)
            _sharedDrain.Cancel();
        foreach (Component component in Components)
            component.RequestStop(kind);
    }

    private async Task<bool> EndsWithin(TimeSpan time, Task? sooner)
    {
        using var timer = new CancellationTokenSource();
        Task delay = Task.Delay(time, Options.Time, timer.Token);
        Task first = sooner is null
            ? await Task.WhenAny(Completion, delay).ConfigureAwait(false)
            : await Task.WhenAny(Completion, delay, sooner).ConfigureAwait(false);
        timer.Cancel();
        if (first != Completion)
            return false;
        await IgnoreFaults(Completion).ConfigureAwait(false); // A stop is about ending; Completion tells of faults.
        return true;
    }

    private static async Task IgnoreFaults(Task task) =>
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private void Abandon()
    {
        string waits = DescribeWaits();
        Report(new StopStage("abandon", waits));
        _over = true;
        _schedulers.ForEach(s => s.RequestExit());
        _completion.TrySetException(new GraphAbandonedException(
            $"{Name} did not end in time; abandoned:{Environment.NewLine}{waits}"));
    }

    private Task EndUnstarted()
    {
        lock (_lock)
        {
            _over = true;
            _started = true;
            foreach (Component component in _root.Children)
                component.BuryUnstarted();
            Volatile.Write(ref _live, 0);
        }
        Finish();
        return Completion;
    }

    internal CancellationToken SharedToken(bool isSource) => isSource ? _sharedDrain.Token : _sharedCancel.Token;

    internal void CloseAfterEnd(Component component, EndReason reason)
    {
        try
        {
            ValueTask closing = component.CloseAsync(reason);
            if (closing.IsCompletedSuccessfully)
                return;
            Interlocked.Increment(ref _live);
            _ = AwaitClose(component.Path, closing);
        }
        catch (Exception e)
        {
            Report(new CallbackFaulted(component.Path, e));
        }
    }

    private async Task AwaitClose(string path, ValueTask closing)
    {
        try
        {
            await closing.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Report(new CallbackFaulted(path, e));
        }
        Release();
    }

    /// <summary>A component, its closing, or the start is over; the last of them finishes the graph.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _live) == 0)
            Finish();
    }

    private void Finish()
    {
        if (Interlocked.Exchange(ref _finished, 1) != 0)
            return;
        _over = true;
        if (Options.ManualScheduling || !_schedulers[0].IsStarted)
        {
            // Whoever waits for it may dispose the scheduler: not while it is in the middle of a turn.
            if (Scheduler.Current is { IsStarted: false } current)
                current.AfterStep(Complete);
            else
                Complete();
            return;
        }
        _schedulers.ForEach(s => s.RequestExit());
        // Not here: this may be one of the very threads to wait for.
        ThreadPool.UnsafeQueueUserWorkItem(static g => g.JoinThreads(), this, preferLocal: false);
    }

    private void JoinThreads()
    {
        _schedulers.ForEach(s => s.Dispose());
        Complete();
    }

    private void Complete()
    {
        lock (_faults)
        {
            if (_faults.Count == 0)
                _completion.TrySetResult();
            else
                _completion.TrySetException(new GraphFaultedException(_faults[0].Path, _faults[0].Exception,
                    [.. _faults.Skip(1).Select(f => f.Exception)]));
        }
    }

    internal void Faulted(string path, Exception exception)
    {
        lock (_faults)
            _faults.Add((path, exception));
        Report(new ComponentFaulted(path, exception));
        if (Options.StopOnFault)
            _ = ObserveStop(new StopOptions(TimeSpan.Zero));
    }

    private async Task ObserveStop(StopOptions options)
    {
        Task stopping;
        _cancelNow.TrySetResult();
        lock (_lock)
            stopping = _stopping ??= StopCoreAsync(TimeSpan.Zero, options.CancelTimeout ?? Options.CancelTimeout);
        await IgnoreFaults(stopping).ConfigureAwait(false);
    }

    /// <summary>Stops it if it runs, and gives back what it holds. Faults are not thrown here.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_completion.Task.IsCompleted)
            await IgnoreFaults(StopAsync().AsTask()).ConfigureAwait(false);
        await IgnoreFaults(Completion).ConfigureAwait(false);
        foreach (Scheduler scheduler in _schedulers)
            scheduler.Dispose();
        _sharedDrain.Dispose();
        _sharedCancel.Dispose();
    }

    internal string DescribeWaits()
    {
        var text = new StringBuilder();
        foreach (Component component in LiveComponents())
        {
            if (component.Children.All(c => c.State == ComponentState.Ended))
                text.AppendLine(component.WaitText);
        }
        return text.ToString().TrimEnd();
    }
}
