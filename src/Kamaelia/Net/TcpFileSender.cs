using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Files;
using Kamaelia.Pacing;

namespace Kamaelia.Net;

/// <summary>Connects to a TCP server and sends it a file, or a part of one.</summary>
/// <remarks>
/// The managed twin of the native <c>tcp.sendfile</c>. On Linux the bytes go from the page cache to the socket without
/// passing through this process (sendfile(2), on the thread pool); elsewhere, and in a simulation, they are read and
/// sent. Ends when the far end's system has the file, or 1 s after all is sent. Once it is connected it sends the whole
/// of it, also when the graph drains; cut short, the connection is reset, so that the far end does not take a part for
/// the file. Nothing is allocated a piece.
/// </remarks>
/// <param name="path">The file; not a pipe.</param>
/// <param name="address">Whom to connect to.</param>
public sealed class TcpFileSender(string path, HostPort address) : Component, INotated<TcpFileSender>
{
    private const int PieceBytesMax = 1 << 20; // As nginx's default is 2 MiB: others on the disk have their turn.
    private const int PiecesPerSecond = 100;   // With a rate.

    private readonly TcpCounts _counts = new();
    private StreamSocket? _socket;
    private bool _isWhole;

    /// <summary>The file.</summary>
    public string FilePath { get; } = path ?? throw new ArgumentNullException(nameof(path));

    /// <summary>Whom to connect to.</summary>
    public HostPort Address { get; } = address;

    /// <summary>Byte of the file to begin at.</summary>
    public long OffsetBytes { get; init; }

    /// <summary>Bytes to send; null: to the end that the file has at the start.</summary>
    public long? LengthBytes { get; init; }

    /// <summary>Bits per second that are not exceeded; 0: as fast as the far end takes them.</summary>
    public long BitsPerSecond { get; init; }

    /// <summary>How long one try to connect may take; zero: as long as the system lets it.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to go on trying when nobody answers, with growing pauses of 0.1 to 5 s; zero: one try.
    /// </summary>
    public TimeSpan Retry { get; init; }

    /// <summary>Bytes handed to the system. Any thread.</summary>
    public long Sent => _counts.Sent;

    /// <summary>Whether it is connected, or was. Any thread.</summary>
    public bool IsConnected { get; private set; }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters =>
    [
        new("sent", Sent),
        new("connected", IsConnected ? 1 : 0),
    ];

    /// <inheritdoc/>
    public static ComponentInfo Info => TcpTables.FileSender;

    /// <inheritdoc/>
    public static TcpFileSender Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(options.Text("path"), options.Address("address"))
        {
            OffsetBytes = options.Long("offset"),
            LengthBytes = options.IsSet("length") ? options.Long("length") : null,
            BitsPerSecond = options.Rate("rate"),
            Timeout = options.Duration("timeout"),
            Retry = options.Duration("retry"),
        };
    }

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        // Before it connects: nobody is to be called for a file that is not there.
        using var file = await FileOpening.ForReadingAsync(FileStore.Of(this), FilePath, stop);
        long at = OffsetBytes, end = EndOf(file);
        _socket = await TcpSockets.ConnectAsync(Network.Of(this), Address, Timeout, Retry, Time, stop);
        IsConnected = true;
        var pieces = AddOutbox<FilePiece>("_pieces", "What to send next.");
        var writer = AddChild(new TcpFileWriter(_socket, _counts, file, FilePath, at, end));
        LinkBoxes(pieces, writer.Inbox);
        int piece = PieceBytes();
        var bucket = BitsPerSecond > 0 ? new TokenBucket(BitsPerSecond / 8.0, piece, Time) : null;
        while (at < end) // Neither wait hears of a drain: the file is sent whole.
        {
            int bytes = (int)Math.Min(piece, end - at);
            while (bucket is not null && bucket.TimeUntil(bytes) is var wait && wait > Pacer.Slack)
                await DelayAsync(wait, CancellationToken.None);
            bucket?.Take(bytes);
            await pieces.SendAsync(new FilePiece(at, bytes), CancellationToken.None);
            at += bytes;
        }
        pieces.EndStream();
        await WaitChildrenAsync();
        if (writer.At < end)
            return; // It faulted.
        _isWhole = true;
        TcpEnding.FinishWriting(_socket);
        await TcpEnding.LingerAsync(_socket, Time);
    }

    private int PieceBytes() => BitsPerSecond == 0
        ? PieceBytesMax
        : (int)Math.Clamp(BitsPerSecond / 8 / PiecesPerSecond, 1, PieceBytesMax);

    private long EndOf(StoredFile file)
    {
        long has = file.LengthBytes ?? throw new ResourceUnavailableException("path",
            $"'{FilePath}' is a pipe or a device, which has no length: use file.read and tcp.connect.");
        if (OffsetBytes > has)
            throw new ResourceUnavailableException("offset",
                $"offset: '{FilePath}' has {has} bytes, so nothing begins at {OffsetBytes}");
        if (LengthBytes > has - OffsetBytes)
            throw new ResourceUnavailableException("length",
                $"length: '{FilePath}' has {has} bytes, so there are not {LengthBytes} from {OffsetBytes} on");
        return LengthBytes is { } length ? OffsetBytes + length : has;
    }

    /// <inheritdoc/>
    protected override ValueTask OnEndedAsync(EndReason reason)
    {
        if (_isWhole)
            _socket?.Dispose();
        else
            _socket?.Reset(); // It must not look as if it were all.
        return default;
    }
}
