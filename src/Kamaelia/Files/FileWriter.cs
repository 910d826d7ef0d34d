using System.Runtime.CompilerServices;
using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Utilities;
using Microsoft.Win32.SafeHandles;

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
    private FileStream? _pipe; // What cannot be written at an offset: a pipe, a terminal.

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
        using var file = await FileOpening.ForWritingAsync(FilePath, Append, stop);
        bool canSeek = FileOpening.TryGetLength(file, out long length);
        _startOffset = _offset = canSeek && Append ? length : 0;
        _pipe = canSeek ? null : new FileStream(file, FileAccess.Write, bufferSize: 0);
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
        if (Sync && canSeek)
            await Task.Run(() => RandomAccess.FlushToDisk(file), CancellationToken.None);
    }

    /// <summary>Writes all of it: a short write is continued, and one that cannot be is a fault that says how far it
    /// got.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))] // It suspends for every write: nothing allocated.
    private async ValueTask WriteAsync(SafeFileHandle file, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        try
        {
            if (_pipe is not null)
                await _pipe.WriteAsync(bytes);
            else
                await RandomAccess.WriteAsync(file, bytes, _offset);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The last write may have been done in part.
            long written = FileOpening.TryGetLength(file, out long length) && length > _startOffset
                ? length - _startOffset
                : _bytesWritten;
            throw new IOException($"Writing '{FilePath}' failed after {written} bytes: {e.Message}", e);
        }
        _offset += bytes.Length;
        Volatile.Write(ref _bytesWritten, _bytesWritten + bytes.Length);
    }
}
