using Kamaelia.Files;

namespace Kamaelia.Simulation;

/// <summary>The files of one simulated host: in memory, and perhaps the real ones to read.</summary>
/// <remarks>
/// What is written stays in memory. Errors are those of real files: the type, and the system's number in
/// <see cref="Exception.HResult"/>. There are no folders: a path is a name. The world's thread only.
/// </remarks>
public sealed class SimulatedFiles : FileStore
{
    private const int NoSpace = 28;      // ENOSPC
    private const int TooManyFiles = 24; // EMFILE

    private readonly Dictionary<string, MemoryFile> _files = new(StringComparer.Ordinal);
    private readonly List<SimulatedFile> _open = [];
    private long _usedBytes;

    internal SimulatedFiles(SimulatedHost host) => Host = host;

    /// <summary>Whose they are.</summary>
    public SimulatedHost Host { get; }

    /// <summary>Whether a file that is not here may be read from the machine the simulation runs on. It is read at
    /// once, and what is written to it stays here.</summary>
    public bool ReadsRealFiles { get; set; }

    /// <summary>What the standard input is: read to its end, at once, when it is opened; null: the file "-".</summary>
    public Stream? StandardInput { get; set; }

    /// <summary>Where the standard output goes; null: into the file "-".</summary>
    public Stream? StandardOutput { get; set; }

    /// <summary>Bytes that fit onto the disk; past them writing fails with "No space left on device".</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    /// <summary>As many files may be open; opening one more fails with "Too many open files".</summary>
    public int OpenFilesMax { get; set; } = int.MaxValue;

    /// <summary>A write takes no more at a time: short writes.</summary>
    public int WriteBytesMax { get; set; } = int.MaxValue;

    /// <summary>How long each read, write, open and flush takes.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Files open now.</summary>
    public int OpenFiles => _open.Count;

    /// <summary>Bytes written to the disk and still there.</summary>
    public long UsedBytes => _usedBytes;

    /// <summary>The names of the files, in order.</summary>
    public IReadOnlyList<string> Paths => [.. _files.Keys.Order(StringComparer.Ordinal)];

    /// <summary>What a file holds.</summary>
    public byte[] Read(string path) => _files.TryGetValue(path, out var file)
        ? file.ToArray()
        : throw new FileNotFoundException($"Could not find file '{path}'.", path);

    /// <summary>Puts a file there, in the place of one of that name.</summary>
    public void Write(string path, ReadOnlySpan<byte> bytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Clear(path);
        var file = new MemoryFile();
        file.Write(bytes, 0);
        _usedBytes += bytes.Length;
        _files[path] = file;
    }

    private void Clear(string path)
    {
        if (_files.Remove(path, out var old))
            _usedBytes -= old.LengthBytes;
    }

    /// <inheritdoc/>
    public override async ValueTask<StoredFile> OpenAsync(string path, FileMode mode, FileAccess access,
        CancellationToken stop = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        await WaitAsync(stop).ConfigureAwait(false);
        if (path == StandardStream && access == FileAccess.Write && StandardOutput is not null)
            return WriteTo(StandardOutput);
        if (_open.Count >= OpenFilesMax)
            throw new IOException($"Too many open files : '{path}'", TooManyFiles);
        if (path == StandardStream && access == FileAccess.Read && StandardInput is not null)
            TakeInput(StandardInput);
        if (mode == FileMode.Create || (mode == FileMode.OpenOrCreate && !Exists(path)))
            Write(path, []);
        var file = Find(path) ?? throw new FileNotFoundException($"Could not find file '{path}'.", path);
        var opened = new SimulatedFile(this, file, path, isPipe: path == StandardStream);
        _open.Add(opened);
        return opened;
    }

    private void TakeInput(Stream input)
    {
        var all = new MemoryStream();
        input.CopyTo(all);
        Write(StandardStream, all.ToArray());
    }

    private bool Exists(string path) => _files.ContainsKey(path) || (ReadsRealFiles && File.Exists(path));

    private IFileBytes? Find(string path)
    {
        if (_files.TryGetValue(path, out var found))
            return found;
        return ReadsRealFiles && path != StandardStream ? new RealFile(path) : null;
    }

    /// <inheritdoc/>
    public override bool IsFolder(string path) => ReadsRealFiles && Directory.Exists(path);

    /// <inheritdoc/>
    public override StoredFile WriteTo(Stream stream) => new SimulatedOutput(this, stream);

    internal Task WaitAsync(CancellationToken stop) =>
        Delay > TimeSpan.Zero ? Host.World.DelayNs(Delay.Ticks * 100, stop) : Task.CompletedTask;

    internal int Write(IFileBytes file, string path, ReadOnlySpan<byte> bytes, long offset)
    {
        if (file is RealFile real)
            throw new UnauthorizedAccessException($"Access to the path '{real.Path}' is denied.");
        var memory = (MemoryFile)file;
        int count = Math.Min(bytes.Length, WriteBytesMax);
        long growth = Math.Max(0, offset + count - memory.LengthBytes);
        long room = Math.Max(0, CapacityBytes - _usedBytes);
        if (growth > room)
        {
            count = (int)Math.Max(0, count - (growth - room)); // What fits is written, as a real disk does.
            growth = room;
        }
        if (count == 0)
            throw new IOException($"No space left on device : '{path}'", NoSpace);
        memory.Write(bytes[..count], offset);
        _usedBytes += growth;
        return count;
    }

    internal void Close(SimulatedFile file) => _open.Remove(file);

    /// <summary>The host is gone: its files are closed, and keep what was written.</summary>
    internal void Kill()
    {
        foreach (var each in _open.ToArray())
            each.Dispose();
    }
}
