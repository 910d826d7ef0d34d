namespace Kamaelia.Axon;

/// <summary>Decides who runs next where a simulation drives a scheduler, and hears what ran.</summary>
internal abstract class ScheduleChoice
{
    /// <summary>One of so many, from 0.</summary>
    public abstract int Choose(int count);

    /// <summary>A component was resumed.</summary>
    /// <param name="home">Where.</param>
    /// <param name="id">Its place in the scheduler's table.</param>
    public abstract void Ran(Scheduler home, int id);
}
