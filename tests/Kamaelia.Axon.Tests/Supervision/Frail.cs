namespace Kamaelia.Axon.Tests.Supervision;

/// <summary>Passes numbers on, and falls at those it is told to; keeps a log that outlives the instances.</summary>
internal sealed partial class Frail(List<string> log, string name, Func<int, bool> isBad) : Component
{
    [Port("Numbers.")] public partial Inbox<int> Inbox { get; }

    [Port("The same numbers.", Optional = true)] public partial Outbox<int> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        log.Add($"+{name}");
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var number))
            {
                if (isBad(number))
                    throw new InvalidDataException($"{name} fell at {number}");
                await Outbox.SendAsync(number, stop);
            }
        }
    }

    protected override ValueTask OnEndedAsync(EndReason reason)
    {
        log.Add($"-{name}");
        return default;
    }
}

/// <summary>Waits for something that never comes and hears of no stop.</summary>
internal sealed partial class Deaf(List<string> log, string name, Task until) : Component
{
    [Port("Never read.")] public partial Inbox<int> Inbox { get; }

    protected override Run RunAsync(CancellationToken stop)
    {
        log.Add($"+{name}");
        return Run.FromTask(() => until);
    }
}
