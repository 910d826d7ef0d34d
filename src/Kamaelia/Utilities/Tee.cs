using System.Runtime.CompilerServices;
using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Utilities;

/// <summary>Sends every message to each of its branches.</summary>
/// <typeparam name="T">The messages. Chunks are shared, not copied; other references go to every branch as they
/// are.</typeparam>
/// <remarks>
/// What a slow branch does is its linkage's policy: with <see cref="LinkPolicy.Wait"/> it holds up all, with one of the
/// others it loses messages, which are counted there. A branch whose receiver has ended is left out from then on; the
/// tee ends when none is left.
/// </remarks>
public sealed partial class Tee<T> : BranchingComponent<T>, INotated<Tee<T>>
{
    private readonly T[] _batch = new T[LinkOptions.DefaultCapacity];

    [Port("What every branch gets.")] public partial Inbox<T> Inbox { get; }

    static ComponentInfo INotated<Tee<T>>.Info { get; } = new("tee",
        "Sends every message to each of its branches, out#0, out#1, ….");

    static Tee<T> INotated<Tee<T>>.Create(OptionValues options) => new();

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            int count = Inbox.TryReceiveBatch(_batch);
            try
            {
                int live = 0;
                for (int i = 0; i < Branches.Count; i++) // By index: a branch may be added while this waits.
                {
                    var branch = Branches[i];
                    int sent = branch.IsReceiverEnded ? count : 0;
                    while (sent < count)
                    {
                        sent += SendShared(branch, sent, count);
                        if (sent < count && !await branch.WaitForRoomAsync(stop))
                            break;
                    }
                    live += branch.IsReceiverEnded ? 0 : 1;
                }
                if (live == 0)
                    return;
            }
            finally
            {
                for (int i = 0; i < count; i++)
                    Release(_batch[i]);
                Array.Clear(_batch, 0, count);
            }
        }
    }

    /// <summary>Sends from there on until one does not fit; returns how many went.</summary>
    private int SendShared(Outbox<T> branch, int start, int count)
    {
        int at = start;
        while (at < count)
        {
            if (typeof(T) == typeof(Chunk))
                Unsafe.As<T, Chunk>(ref _batch[at]).Share();
            else if (_batch[at] is DeadLetter letter)
                letter.Share();
            if (!branch.TrySend(_batch[at]))
            {
                Release(_batch[at]);
                break;
            }
            at++;
        }
        return at - start;
    }

    private static void Release(T message)
    {
        if (typeof(T) == typeof(Chunk))
            Unsafe.As<T, Chunk>(ref message).Dispose();
        else if (message is DeadLetter letter)
            letter.Dispose();
    }
}
