using System.Globalization;

namespace Kamaelia.Axon;

// What a sampling thread may read of a scheduler that runs on another.
public sealed unsafe partial class Scheduler
{
    /// <summary>Turns so far, modulo 2^32.</summary>
    internal int TurnCount => Volatile.Read(ref _turns);

    /// <summary>It sleeps or is paused: nobody holds it.</summary>
    internal bool IsResting => Volatile.Read(ref _sleeping) != 0 || _isPaused;

    /// <summary>The system's number of its thread; 0 where it cannot be had.</summary>
    internal int SystemThreadId { get; private set; }

    private void NoteSystemThread()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            string? link = new FileInfo("/proc/thread-self").LinkTarget; // "1234/task/1240"
            if (int.TryParse(Path.GetFileName(link), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
                SystemThreadId = id;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only the watchdog's report is poorer for it.
        }
    }
}
