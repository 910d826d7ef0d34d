namespace Kamaelia.Axon;

// Driven one activation at a time by a simulation, which chooses who runs next.
public sealed unsafe partial class Scheduler
{
    private ScheduleChoice? _choice;
    private List<Action>? _afterStep;

    /// <summary>From now on <see cref="StepOnce"/> drives it.</summary>
    internal void Simulate(ScheduleChoice choice) => _choice = choice;

    internal bool IsDisposed => _disposed;

    /// <summary>Whether a step would do something now.</summary>
    internal bool HasWork => !_disposed && (Volatile.Read(ref _hasPosted) != 0 || (!_isPaused
        && (Header->Managed.Count != 0 || Header->Native.Count != 0 || _watched.Count != 0
            || IsTimerDue)));

    private bool IsTimerDue => Timers.Count != 0 && Timers.UntilNext(Timers.NowNs) == 0;

    /// <summary>When its next timer is due, ns from now on its own clock; negative: it has none.</summary>
    internal long UntilTimerNs => _disposed || _isPaused || Timers.Count == 0 ? -1 : Timers.UntilNext(Timers.NowNs);

    /// <summary>What was posted, timers that are due, then one activation of those that are ready.</summary>
    internal void StepOnce()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Scheduler? before = Enter(out SynchronizationContext? context, out ChunkPool? pool);
        try
        {
            OneTurn(_choice!);
        }
        catch (Exception e)
        {
            Escaped?.Invoke(e); // As in a thread's loop.
        }
        finally
        {
            Leave(before, context, pool);
        }
        RunAfterStep();
    }

    private void OneTurn(ScheduleChoice choice)
    {
        SchedHeader* header = Header;
        header->NowNs = Timers.NowNs;
        if (Volatile.Read(ref _hasPosted) != 0)
            RunPosted();
        if (_isPaused)
            return;
        if (Timers.Count != 0)
            Timers.Fire(header->NowNs);
        if (_watched.Count != 0 && !LookAtWatched() && header->Managed.Count + header->Native.Count == 0)
            ParkWatched(); // As a thread does before it sleeps.
        uint managed = header->Managed.Count, native = header->Native.Count;
        if (managed + native == 0)
            return;
        uint chosen = (uint)choice.Choose((int)(managed + native));
        bool isNative = chosen >= managed;
        int id = isNative ? Prefer(ref header->Native, chosen - managed) : Prefer(ref header->Managed, chosen);
        choice.Ran(this, id);
        Activations += isNative ? NativeRun(header, 1) : RunManaged(header, 1);
    }

    // The queue stays a queue: only the first two places change, so nobody is lost, and what comes later comes later.
    private static int Prefer(ref QueueHeader queue, uint index)
    {
        ref int first = ref queue.Ids[queue.Head & queue.Mask];
        ref int wanted = ref queue.Ids[(queue.Head + index) & queue.Mask];
        (first, wanted) = (wanted, first);
        return first;
    }

    /// <summary>Runs something when the step at hand is over and the scheduler may go.</summary>
    internal void AfterStep(Action action) => (_afterStep ??= []).Add(action);

    private void RunAfterStep()
    {
        if (_afterStep is not { } actions)
            return;
        _afterStep = null;
        foreach (Action action in actions)
            action();
    }
}
