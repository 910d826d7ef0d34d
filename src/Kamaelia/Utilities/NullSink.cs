using System.Runtime.CompilerServices;
using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Utilities;

/// <summary>Takes every message and throws it away; counts them.</summary>
/// <typeparam name="T">The messages. Chunks are given back to their pool.</typeparam>
public sealed partial class NullSink<T> : Component, INotated<NullSink<T>>
{
    private long _messages;
    private long _bytes;

    [Port("What nobody wants.")] public partial Inbox<T> Inbox { get; }

    /// <summary>How many it took. Any thread.</summary>
    public long Messages => Volatile.Read(ref _messages);

    /// <summary>Bytes of the chunks it took; 0 for other messages. Any thread.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    static ComponentInfo INotated<NullSink<T>>.Info { get; } = new("null", "Takes every message and throws it away.");

    static NullSink<T> INotated<NullSink<T>>.Create(OptionValues options) => new();

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            long messages = 0, bytes = 0;
            while (Inbox.TryReceive(out var message))
            {
                messages++;
                if (message is DeadLetter letter)
                    letter.Dispose();
                if (typeof(T) != typeof(Chunk))
                    continue;
                var chunk = Unsafe.As<T, Chunk>(ref message);
                bytes += chunk.Length;
                chunk.Dispose();
            }
            Volatile.Write(ref _messages, _messages + messages);
            Volatile.Write(ref _bytes, _bytes + bytes);
        }
    }
}
