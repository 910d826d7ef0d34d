namespace Kamaelia.Axon;

// How long what is removed may take: drain, then cancel, then abandon by name.
internal sealed partial class GraphChange
{
    private readonly List<string> _abandoned = [];
    private ITimer? _timer;
    private int _stage;
    private volatile bool _isDrainOver;

    private TimeSpan DrainTimeout => _options.DrainTimeout ?? Graph.Options.DrainTimeout;

    private TimeSpan CancelTimeout => _options.CancelTimeout ?? Graph.Options.CancelTimeout;

    private void ArmDeadline()
    {
        if (!Graph.IsStarted)
            return;
        _isDrainOver = DrainTimeout == TimeSpan.Zero;
        _stage = _isDrainOver ? 1 : 0;
        _timer = Graph.Options.Time.CreateTimer(static change => ((GraphChange)change!).OnDeadline(), this,
            _isDrainOver ? CancelTimeout : DrainTimeout, Timeout.InfiniteTimeSpan);
    }

    private void OnDeadline()
    {
        lock (Lock)
        {
            if (IsAborted || IsAnswered || !IsWaiting)
                return;
            _stage++;
        }
        if (_stage == 1)
            Cancel();
        else if (_stage == 2)
            Abandon();
        else
            GiveUp();
        if (_stage < 3)
            _timer?.Change(CancelTimeout, Timeout.InfiniteTimeSpan);
    }

    private void Cancel()
    {
        _isDrainOver = true;
        foreach (Component component in _diff.Removals)
            OnLeaving(component, () => component.RequestStop(StopKind.Cancel));
        foreach (CrossingEnd end in EndsNow())
            OnLeaving(end, end.Flush);
    }

    private void Abandon()
    {
        foreach (Component component in _diff.Removals)
            OnLeaving(component, () => Abandon(component));
        foreach (CrossingEnd end in EndsNow())
            OnLeaving(end, () => end.RequestStop(StopKind.Cancel));
    }

    private void Abandon(Component component)
    {
        lock (Lock)
            _abandoned.Add(WaitsOf(component));
        component.AbandonNow();
    }

    private static string WaitsOf(Component component)
    {
        IEnumerable<string> inside = component.Children.Where(child => child.State == ComponentState.Running)
            .Select(WaitsOf);
        return string.Join("; ", inside.Prepend(component.WaitText));
    }

    private CrossingEnd[] EndsNow()
    {
        lock (Lock)
            return [.. _ends];
    }

    private void GiveUp()
    {
        List<Component> left = _diff.Removals.FindAll(each => each.State == ComponentState.Running);
        var cause = new GraphAbandonedException($"{Graph.Name} could not be changed in time: a component blocks its "
            + "scheduler's thread, and the rest of the change is made when it lets go"
            + string.Concat(left.Select(each => Environment.NewLine + WaitsOf(each))), [.. left.Select(c => c.Path)]);
        _done.TrySetException(cause);
        Graph.RefuseWaiting(this, cause);
    }
}
