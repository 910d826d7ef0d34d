using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Kamaelia.Files;

/// <summary>This machine's files. What may wait for a disk or another program runs on the thread pool.</summary>
public sealed class SystemFiles : FileStore
{
    /// <inheritdoc/>
    public override async ValueTask<StoredFile> OpenAsync(string path, FileMode mode, FileAccess access,
        CancellationToken stop = default)
    {
        if (path == StandardStream)
            return new SystemFile(new SafeFileHandle(access == FileAccess.Read ? 0 : 1, ownsHandle: false), access);
        // Opening a named pipe lasts until its other end is opened, and a network drive may be slow.
        var opening = Task.Run(() => File.OpenHandle(path, mode, access, FileShare.ReadWrite | FileShare.Delete),
            CancellationToken.None);
        try
        {
            return new SystemFile(await opening.WaitAsync(stop).ConfigureAwait(false), access);
        }
        catch (OperationCanceledException)
        {
            _ = opening.ContinueWith(static late => late.Result.Dispose(), CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    /// <inheritdoc/>
    public override bool IsFolder(string path) => Directory.Exists(path);

    /// <inheritdoc/>
    public override StoredFile WriteTo(Stream stream) => new SystemStream(stream);
}

/// <summary>A file of this machine.</summary>
internal sealed class SystemFile : StoredFile
{
    private readonly SafeFileHandle _file;
    private readonly FileStream? _pipe; // What has no places: a pipe, a terminal.

    public SystemFile(SafeFileHandle file, FileAccess access)
    {
        _file = file;
        if (LengthBytes is null)
            _pipe = new FileStream(file, access, bufferSize: 0);
    }

    public override long? LengthBytes
    {
        get
        {
            try
            {
                return RandomAccess.GetLength(_file);
            }
            catch (NotSupportedException)
            {
                return null;
            }
        }
    }

    /// <summary>The system's, of a file with places; null for a pipe and the like.</summary>
    public SafeFileHandle? Handle => _pipe is null ? _file : null;

    public override int TryRead(Span<byte> into, long offset) =>
        _pipe is null ? PageCache.TryRead(_file, into, offset) : -1;

    public override ValueTask<int> ReadAsync(Memory<byte> into, long offset, CancellationToken stop = default)
    {
        if (_pipe is null)
            return RandomAccess.ReadAsync(_file, into, offset, stop);
        // It may last for ever and cannot be cancelled: only the wait is.
        return new ValueTask<int>(_pipe.ReadAsync(into, CancellationToken.None).AsTask().WaitAsync(stop));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // It suspends for every write.
    public override async ValueTask<int> WriteAsync(ReadOnlyMemory<byte> bytes, long offset)
    {
        if (_pipe is not null)
            await _pipe.WriteAsync(bytes).ConfigureAwait(false);
        else
            await RandomAccess.WriteAsync(_file, bytes, offset).ConfigureAwait(false);
        return bytes.Length;
    }

    public override ValueTask FlushToDiskAsync() => _pipe is not null
        ? default
        : new ValueTask(Task.Run(() => RandomAccess.FlushToDisk(_file), CancellationToken.None));

    protected override void Dispose(bool disposing)
    {
        _pipe?.Dispose();
        _file.Dispose();
    }
}

/// <summary>A stream of the caller's, written on the thread pool.</summary>
internal sealed class SystemStream(Stream stream) : StoredFile
{
    public override long? LengthBytes => null;

    public override int TryRead(Span<byte> into, long offset) => -1;

    public override ValueTask<int> ReadAsync(Memory<byte> into, long offset, CancellationToken stop = default) =>
        throw new NotSupportedException("It is for writing.");

    public override ValueTask<int> WriteAsync(ReadOnlyMemory<byte> bytes, long offset) => new(Task.Run(() =>
    {
        stream.Write(bytes.Span);
        stream.Flush();
        return bytes.Length;
    }));

    public override ValueTask FlushToDiskAsync() => default;

    protected override void Dispose(bool disposing)
    {
        // The caller's own.
    }
}
