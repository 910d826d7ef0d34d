namespace Kamaelia.Axon;

// What a sampling thread may read of a scheduler that runs on another.
public sealed unsafe partial class Scheduler
{
    private int _systemThreadId;

    /// <summary>Asks the system about its thread. Set before the thread starts; null: nobody can.</summary>
    internal ThreadProbe? Probe { get; set; }

    /// <summary>Turns so far, modulo 2^32.</summary>
    internal int TurnCount => Volatile.Read(ref _turns);

    /// <summary>It sleeps or is paused: nobody holds it.</summary>
    internal bool IsResting => Volatile.Read(ref _sleeping) != 0 || _isPaused;

    /// <summary>What the system tells of its thread; empty where it tells nothing.</summary>
    internal string SystemThreadText =>
        Volatile.Read(ref _systemThreadId) is var id and > 0 && Probe is { } probe ? probe.Describe(id) : "";

    private void NoteSystemThread() => Volatile.Write(ref _systemThreadId, Probe?.CurrentThreadId ?? 0);
}
