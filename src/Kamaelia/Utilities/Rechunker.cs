using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Utilities;

/// <summary>Cuts a byte stream into chunks of one length, whatever chunks it came in. The last may be
/// shorter.</summary>
/// <remarks>A chunk that lies whole in one that came in is cut out without a copy.</remarks>
public sealed partial class Rechunker : Component, INotated<Rechunker>
{
    private readonly ChunkCutter _cutter = new();

    /// <summary>Makes one.</summary>
    /// <param name="chunkBytes">Bytes a chunk, 1 to 16 MiB.</param>
    public Rechunker(int chunkBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunkBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(chunkBytes, 1 << 24);
        ChunkBytes = chunkBytes;
    }

    /// <summary>Bytes a chunk.</summary>
    public int ChunkBytes { get; }

    [Port("Bytes, cut anywhere.", Format = "bytes")] public partial Inbox<Chunk> Inbox { get; }

    [Port("The same bytes in chunks of one length.", Format = "bytes")] public partial Outbox<Chunk> Outbox { get; }

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } = new("rechunk", "Cuts a byte stream into chunks of one length.")
    {
        Options =
        [
            OptionInfo.Positional("bytes", OptionKind.Int, "Bytes a chunk, 1 to 16Mi.", example: "1316") with
            {
                Min = 1, Max = 1 << 24,
            },
        ],
    };

    /// <inheritdoc/>
    public static Rechunker Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(options.Int("bytes"));
    }

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        try
        {
            while (await Inbox.WaitAsync(stop))
            {
                while (Inbox.TryReceive(out var chunk))
                {
                    _cutter.Add(chunk);
                    while (_cutter.TryTake(ChunkBytes, out var piece))
                        await Outbox.SendAsync(piece, stop);
                }
            }
            if (_cutter.TryTakeRest(out var rest))
                await Outbox.SendAsync(rest, stop);
        }
        finally
        {
            _cutter.Clear();
        }
    }
}
