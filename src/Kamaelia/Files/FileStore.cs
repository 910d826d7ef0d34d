using Kamaelia.Axon;

namespace Kamaelia.Files;

/// <summary>The files as components see them.</summary>
/// <remarks>
/// Components take theirs with <see cref="Of"/>. <see cref="Default"/> is the system's; a simulation puts its own into
/// <see cref="GraphOptions.Resources"/>. Every implementation throws what <see cref="File.OpenHandle"/> throws.
/// </remarks>
public abstract class FileStore
{
    /// <summary>The path of the standard input and output.</summary>
    public const string StandardStream = "-";

    /// <summary>This machine's.</summary>
    public static FileStore Default { get; } = new SystemFiles();

    /// <summary>That of the component's graph.</summary>
    public static FileStore Of(Component component)
    {
        ArgumentNullException.ThrowIfNull(component);
        return component.Graph?.Options.Resources.Find<FileStore>() ?? Default;
    }

    /// <summary>Opens a file without holding up the caller's thread; <c>-</c> is the standard input or
    /// output.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">Open, OpenOrCreate or Create.</param>
    /// <param name="access">Read or Write.</param>
    /// <param name="stop">Gives up; a file that is opened all the same is closed.</param>
    /// <exception cref="IOException">It is not there, there are too many open files, and so on.</exception>
    /// <exception cref="UnauthorizedAccessException">It is a folder, or this user may not.</exception>
    public abstract ValueTask<StoredFile> OpenAsync(string path, FileMode mode, FileAccess access,
        CancellationToken stop = default);

    /// <summary>Whether there is a folder of that name, which is what a refusal to open it means then.</summary>
    public abstract bool IsFolder(string path);

    /// <summary>Writes to a stream as to a pipe, without holding up the caller's thread. It is not closed.</summary>
    public abstract StoredFile WriteTo(Stream stream);
}

/// <summary>An open file of a <see cref="FileStore"/>.</summary>
/// <remarks>One call at a time. Reads and writes name their place, but for pipes, terminals and the like.</remarks>
public abstract class StoredFile : IDisposable
{
    /// <summary>Its length; null for a pipe, a terminal and the like, which have no places.</summary>
    public abstract long? LengthBytes { get; }

    /// <summary>Reads what can be had without waiting: bytes, 0 at the end of the file; −1: only
    /// <see cref="ReadAsync"/> can tell. Never throws.</summary>
    public abstract int TryRead(Span<byte> into, long offset);

    /// <summary>Reads at most what fits: bytes, 0 at the end.</summary>
    /// <param name="into">The caller keeps it until the read has ended, also when it gave up: so nothing of a pool for
    /// a pipe, whose read may last.</param>
    /// <param name="offset">Where; without meaning for a pipe.</param>
    /// <param name="stop">Gives up waiting (the read itself may go on).</param>
    public abstract ValueTask<int> ReadAsync(Memory<byte> into, long offset, CancellationToken stop = default);

    /// <summary>Writes a part of it or all, at least one byte: how many.</summary>
    /// <exception cref="IOException">Nothing could be written: the disk is full, and the like.</exception>
    public abstract ValueTask<int> WriteAsync(ReadOnlyMemory<byte> bytes, long offset);

    /// <summary>Waits until the disk has all that was written. Nothing for a pipe.</summary>
    public abstract ValueTask FlushToDiskAsync();

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes it.</summary>
    protected abstract void Dispose(bool disposing);
}
