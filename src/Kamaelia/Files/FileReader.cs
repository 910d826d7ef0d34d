using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Utilities;

namespace Kamaelia.Files;

/// <summary>Reads a file from its start to its end, as fast as it is taken.</summary>
/// <remarks>
/// Reads straight into pooled blocks. What lies in the page cache is read at once (Linux), all else on the thread pool,
/// so a slow disk never holds up the scheduler. Nothing is allocated a block. A pipe or a device is read to its end
/// too. </remarks>
/// <param name="path">The file; <c>-</c> is the standard input.</param>
public sealed partial class FileReader(string path) : Component, INotated<FileReader>
{
    /// <summary>Forty-nine datagrams of seven transport packets: cut for UDP without a copy, and inside a 64 KiB block.
    /// </summary>
    public const int DefaultChunkBytes = 49 * 7 * 188;

    private long _bytesRead;

    /// <summary>The file; <c>-</c> is the standard input.</summary>
    public string FilePath { get; } = path ?? throw new ArgumentNullException(nameof(path));

    /// <summary>Bytes a chunk, all but the last (a pipe: at most): 1 to 16 MiB.</summary>
    public int ChunkBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1 << 24);
            field = value;
        }
    } = DefaultChunkBytes;

    /// <summary>Starts again at the end of the file, until it is stopped. An empty file or a pipe ends all the
    /// same.</summary>
    public bool Loop { get; init; }

    /// <summary>Bytes read so far. Any thread.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    [Port("The file's bytes, in order.", Format = "bytes")] public partial Outbox<Chunk> Outbox { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters =>
    [
        new("bytes", BytesRead),
    ];

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } = new("file.read", "Reads a file from its start to its end.")
    {
        IsSource = true,
        Options =
        [
            OptionInfo.Positional("path", OptionKind.Text, "File to read; - is the standard input.", example: "in.ts"),
            OptionInfo.Optional("chunk", OptionKind.Int,
                "Bytes a chunk, 1 to 16Mi; the default is 49 datagrams of seven transport packets.",
                $"{DefaultChunkBytes}", min: 1, max: 1 << 24),
            OptionInfo.Optional("loop", OptionKind.Bool, "Start again at the end of the file.", "false"),
        ],
    };

    /// <inheritdoc/>
    public static FileReader Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(options.Text("path")) { ChunkBytes = options.Int("chunk"), Loop = options.Bool("loop") };
    }

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        using var file = await FileOpening.ForReadingAsync(FileStore.Of(this), FilePath, stop);
        if (file.LengthBytes is null)
        {
            await ReadPipeAsync(file, stop);
            return;
        }
        var memory = new ChunkMemory();
        long offset = 0;
        while (!stop.IsCancellationRequested) // A send does not hear of a drain: what was sent is delivered.
        {
            var chunk = Chunk.Rent(ChunkBytes);
            int filled = 0;
            try
            {
                while (filled < ChunkBytes)
                {
                    int bytes = file.TryRead(chunk.Writable[filled..], offset + filled);
                    if (bytes < 0)
                        bytes = await file.ReadAsync(memory.Of(chunk)[filled..], offset + filled,
                            CancellationToken.None);
                    if (bytes == 0)
                        break;
                    filled += bytes;
                }
            }
            catch
            {
                chunk.Dispose();
                throw;
            }
            offset += filled;
            Volatile.Write(ref _bytesRead, _bytesRead + filled);
            if (filled > 0)
                await Outbox.SendAsync(chunk.Trim(0, filled), stop);
            else
                chunk.Dispose();
            if (filled == ChunkBytes)
                continue;
            if (!Loop || offset == 0)
                return;
            offset = 0;
        }
    }

    /// <summary>A read of a pipe may last for ever and cannot be cancelled: it fills an array of its own, not a
    /// block.</summary>
    private async Task ReadPipeAsync(StoredFile file, CancellationToken stop)
    {
        byte[] buffer = new byte[ChunkBytes];
        while (true)
        {
            int bytes = await file.ReadAsync(buffer, 0, stop);
            if (bytes == 0)
                return;
            Volatile.Write(ref _bytesRead, _bytesRead + bytes);
            await Outbox.SendAsync(Chunk.CopyOf(buffer.AsSpan(0, bytes)), stop);
        }
    }
}
