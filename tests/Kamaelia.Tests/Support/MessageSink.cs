using Kamaelia.Axon;

namespace Kamaelia.Tests.Support;

/// <summary>Keeps messages of any type.</summary>
internal sealed partial class MessageSink<T> : Component
{
    public List<T> Messages { get; } = [];

    [Port("What to keep.")] public partial Inbox<T> Inbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var message))
                Messages.Add(message);
        }
    }
}
