using Kamaelia.Axon;

namespace Kamaelia.Fuzz.Targets;

/// <summary>Keeps what it is sent, in a form that needs no block.</summary>
internal sealed partial class Keeper<TMessage, TKept>(Func<TMessage, TKept> keep) : Component
{
    public List<TKept> Kept { get; } = [];

    [Port("What to keep.")] public partial Inbox<TMessage> Inbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var message))
            {
                Kept.Add(keep(message));
                (message as IDisposable)?.Dispose();
            }
        }
    }
}
