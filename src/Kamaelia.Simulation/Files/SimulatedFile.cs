using Kamaelia.Files;

namespace Kamaelia.Simulation;

/// <summary>Where the bytes of an open file are.</summary>
internal interface IFileBytes : IDisposable
{
    long LengthBytes { get; }

    int Read(Span<byte> into, long offset);
}

internal sealed class MemoryFile : IFileBytes
{
    private byte[] _bytes = [];

    public long LengthBytes { get; private set; }

    public byte[] ToArray() => _bytes[..(int)LengthBytes];

    public int Read(Span<byte> into, long offset)
    {
        int bytes = (int)Math.Clamp(LengthBytes - offset, 0, into.Length);
        _bytes.AsSpan((int)Math.Min(offset, LengthBytes), bytes).CopyTo(into);
        return bytes;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        long end = offset + bytes.Length;
        if (end > _bytes.Length)
            Array.Resize(ref _bytes, (int)Math.Max(end, _bytes.Length * 2L));
        bytes.CopyTo(_bytes.AsSpan((int)offset));
        LengthBytes = Math.Max(LengthBytes, end);
    }

    public void Dispose()
    {
        // It stays on its disk.
    }
}

/// <summary>A file of the machine the simulation runs on: read at once, so that the run does not depend on it.
/// </summary>
internal sealed class RealFile(string path) : IFileBytes
{
    private readonly Microsoft.Win32.SafeHandles.SafeFileHandle _file =
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    public string Path => path;

    public long LengthBytes => RandomAccess.GetLength(_file);

    public int Read(Span<byte> into, long offset)
    {
        int filled = 0; // A short read of the real disk must not be seen.
        while (filled < into.Length && RandomAccess.Read(_file, into[filled..], offset + filled) is var bytes and > 0)
            filled += bytes;
        return filled;
    }

    public void Dispose() => _file.Dispose();
}

/// <summary>An open file of a simulated host.</summary>
internal sealed class SimulatedFile(SimulatedFiles files, IFileBytes bytes, string path, bool isPipe) : StoredFile
{
    private bool _closed;
    private long _pipeAt; // A pipe knows no places.

    public override long? LengthBytes => isPipe ? null : bytes.LengthBytes;

    public override int TryRead(Span<byte> into, long offset) =>
        _closed || isPipe || files.Delay > TimeSpan.Zero ? -1 : bytes.Read(into, offset);

    public override async ValueTask<int> ReadAsync(Memory<byte> into, long offset, CancellationToken stop = default)
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(StoredFile));
        await files.WaitAsync(stop).ConfigureAwait(false);
        int read = bytes.Read(into.Span, isPipe ? _pipeAt : offset);
        _pipeAt += read;
        return read;
    }

    public override async ValueTask<int> WriteAsync(ReadOnlyMemory<byte> data, long offset)
    {
        await files.WaitAsync(default).ConfigureAwait(false);
        ObjectDisposedException.ThrowIf(_closed, typeof(StoredFile));
        int written = files.Write(bytes, path, data.Span, isPipe ? _pipeAt : offset);
        _pipeAt += written;
        return written;
    }

    public override async ValueTask FlushToDiskAsync() => await files.WaitAsync(default).ConfigureAwait(false);

    protected override void Dispose(bool disposing)
    {
        if (_closed)
            return;
        _closed = true;
        files.Close(this);
        bytes.Dispose();
    }
}

/// <summary>A real stream that is written at once.</summary>
internal sealed class SimulatedOutput(SimulatedFiles files, Stream stream) : StoredFile
{
    public override long? LengthBytes => null;

    public override int TryRead(Span<byte> into, long offset) => -1;

    public override ValueTask<int> ReadAsync(Memory<byte> into, long offset, CancellationToken stop = default) =>
        throw new NotSupportedException("It is for writing.");

    public override async ValueTask<int> WriteAsync(ReadOnlyMemory<byte> data, long offset)
    {
        await files.WaitAsync(default).ConfigureAwait(false);
        var part = data.Span[..Math.Min(data.Length, files.WriteBytesMax)];
        stream.Write(part);
        stream.Flush();
        return part.Length;
    }

    public override async ValueTask FlushToDiskAsync() => await files.WaitAsync(default).ConfigureAwait(false);

    protected override void Dispose(bool disposing)
    {
        // The caller's own.
    }
}
