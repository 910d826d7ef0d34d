using Kamaelia.Axon;

namespace Kamaelia.Tests.Support;

/// <summary>Keeps what it gets.</summary>
internal sealed partial class ChunkSink : Component
{
    private readonly Lock _lock = new();
    private readonly List<Message> _messages = [];

    [Port("What to keep.")] public partial Inbox<Chunk> Inbox { get; }

    public List<Message> Messages
    {
        get
        {
            lock (_lock)
                return [.. _messages];
        }
    }

    public byte[] Bytes => [.. Messages.SelectMany(message => message.Bytes)];

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var chunk))
            {
                using (chunk)
                {
                    lock (_lock)
                        _messages.Add(Message.Of(chunk));
                }
            }
        }
    }
}
