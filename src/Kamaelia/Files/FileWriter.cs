using System.Runtime.CompilerServices;
using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Utilities;

namespace Kamaelia.Files;

/// <summary>Writes all it gets to a file.</summary>
/// <remarks>
/// Gathers small chunks, and writes what it has when no more is waiting or 256 KiB are together, on the thread pool, so
/// a slow disk never holds up the scheduler. When it has ended, every byte it took is with the system;
/// <see cref="Sync"/> has it on the disk. Nothing is allocated a chunk.
/// </remarks>
/// <param name="path">The file, which is replaced; <c>-</c> is the standard output.</param>
public sealed partial class FileWriter(string path) : Component, INotated<FileWriter>
{
    private const int GatherBytes = 256 * 1024; // A tenth of the system calls of 16 KiB; 1 MiB was no faster.

    private long _bytesWritten;
    private long _offset;
    private long _startOffset;

    /// <summary>The file; <c>-</c> is the standard output.</summary>
    public string FilePath { get; } = path ?? throw new ArgumentNullException(nameof(path));

    /// <summary>Keeps what the file holds and writes behind it.</summary>
    public bool Append { get; init; }

    /// <summary>At the end, waits until the disk has it (fsync).</summary>
    public bool Sync { get; init; }

    /// <summary>Bytes written so far. Any thread.</summary>
    public long BytesWritten => Volatile.Read(ref _bytesWritten);

    [Port("What to write, in order.", Format = "bytes")] public partial Inbox<Chunk> Inbox { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters =>
    [
        new("bytes", BytesWritten),
    ];

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } = new("file.write", "Writes all it gets to a file.")
    {
        Options =
        [
            OptionInfo.Positional("path", OptionKind.Text, "File to write; - is the standard output.", "out.ts"),
            OptionInfo.Optional("append", OptionKind.Bool, "Write behind what the file holds already.", "false"),
            OptionInfo.Optional("sync", OptionKind.Bool, "At the end, wait until the disk has it.", "false"),
        ],
    };

    /// <inheritdoc/>
    public static FileWriter Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(options.Text("path")) { Append = options.Bool("append"), Sync = options.Bool("sync") };
    }

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        using var file = await FileOpening.ForWritingAsync(FileStore.Of(this), FilePath, Append, stop);
        _startOffset = _offset = Append ? file.LengthBytes ?? 0 : 0;
        var memory = new ChunkMemory();
        byte[] gathered = GC.AllocateUninitializedArray<byte>(GatherBytes, pinned: true);
        while (await Inbox.WaitAsync(stop))
        {
            int filled = 0;
            while (Inbox.TryReceive(out var chunk))
            {
                using (chunk)
                {
                    if (filled > 0 && chunk.Length > GatherBytes - filled)
                    {
                        await WriteAsync(file, gathered.AsMemory(0, filled));
                        filled = 0;
                    }
                    if (chunk.Length >= GatherBytes / 4)
                    {
                        await WriteAsync(file, gathered.AsMemory(0, filled));
                        filled = 0;
                        await WriteAsync(file, memory.Of(chunk));
                        continue;
                    }
                    chunk.Span.CopyTo(gathered.AsSpan(filled));
                    filled += chunk.Length;
                }
            }
            await WriteAsync(file, gathered.AsMemory(0, filled));
        }
        if (Sync)
            await file.FlushToDiskAsync();
    }

    /// <summary>Writes all of it: a short write is continued, and one that cannot be is a fault that says how far it
    /// got.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))] // It suspends for every write: nothing allocated.
    private async ValueTask WriteAsync(StoredFile file, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int written;
            try
            {
                written = await file.WriteAsync(bytes, _offset);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The last write may have been done in part.
                long total = file.LengthBytes is { } length && length > _startOffset
                    ? length - _startOffset
                    : _bytesWritten;
                throw new IOException($"Writing '{FilePath}' failed after {total} bytes: {e.Message}", e);
            }
            _offset += written;
            Volatile.Write(ref _bytesWritten, _bytesWritten + written);
            bytes = bytes[written..];
        }
    }
}
