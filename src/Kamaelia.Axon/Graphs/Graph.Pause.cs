namespace Kamaelia.Axon;

// Pause and resume, and where a graph is in its life.
public sealed partial class Graph
{
    private volatile bool _isPaused;

    /// <summary>Where it is in its life. Any thread; a moment later it may be elsewhere.</summary>
    public GraphState State
    {
        get
        {
            if (_completion.Task.IsCompleted)
                return GraphState.Ended;
            return _stop.Reached switch
            {
                StopKind.Drain => GraphState.Draining,
                StopKind.Cancel => GraphState.Cancelling,
                _ => _isStarting ? GraphState.Starting
                    : _isPaused && !_over ? GraphState.Paused
                    : _started ? GraphState.Running
                    : GraphState.Created,
            };
        }
    }

    /// <summary>Lets each scheduler finish the activation at hand, then runs no component until <see cref="Resume"/>.
    /// Any thread, any number of times.</summary>
    /// <remarks>
    /// Messages stay where they are; what is posted, wake-ups and foreign completions are kept in their order. The
    /// clock goes on: a timer that comes due meanwhile fires once, when the graph is resumed. Before the start: it
    /// starts paused. Once a stop was asked for, or at the end, it does nothing, and a stop resumes a paused graph. A
    /// graph that is stepped by hand is paused when this returns: a step then does what was posted and no more.
    /// </remarks>
    /// <param name="stop">Ends the waiting, not the pause.</param>
    /// <returns>Done when no component runs any more; called by one of its own components, at once. A component that
    /// blocks its scheduler is waited for: a stop would not.</returns>
    public async ValueTask PauseAsync(CancellationToken stop = default)
    {
        List<Task> quiet = [];
        bool isNew;
        lock (_lock)
        {
            if (_over || _stop.IsAsked)
                return;
            isNew = !_isPaused;
            _isPaused = true;
            foreach (Scheduler scheduler in _schedulers)
                quiet.Add(scheduler.PauseAsync());
        }
        if (isNew)
            Report(new GraphPaused());
        if (IsInside || Options.ManualScheduling || !_started)
            return;
        await Task.WhenAny(Task.WhenAll(quiet), Completion).WaitAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Goes on after <see cref="PauseAsync"/>. Any thread, any number of times; never waits.</summary>
    public void Resume()
    {
        lock (_lock)
        {
            if (!_isPaused)
                return;
            _isPaused = false;
            _schedulers.ForEach(s => s.Resume());
        }
        Report(new GraphResumed());
    }
}
