using System.Text;
using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Framing;

/// <summary>Finds the chunks of <see cref="DataChunker"/> in a byte stream that is cut anywhere.</summary>
/// <remarks>
/// A chunk is complete when the next sync message has been read; the last one is sent when the input ends. What is in
/// no chunk is skipped; a damaged chunk, or one over <see cref="ChunkBytesMax"/>, is dropped and counted. A chunk has
/// the time, flags and tag of the message that held the last byte of its sync. Data that lies in one message and holds
/// no escape is cut out without a copy.
/// </remarks>
public sealed class DataDechunker : StepComponent<Chunk, Chunk>, INotated<DataDechunker>
{
    private static readonly IReadOnlyList<PortInfo> s_ports = StepPorts.Of(
        "A stream of bytes, cut anywhere, in which syncs mark the chunks.", "chunked",
        "The data of each chunk once the next sync, or the end, has come.", "");

    /// <summary>The longest chunk unless told otherwise, as on the wire.</summary>
    public const int DefaultChunkBytesMax = 16 << 20;

    private readonly SyncEscape _escape;
    private readonly ChunkSplitter _splitter;
    private bool _isFed;
    private long _malformed;

    /// <summary>Makes one.</summary>
    /// <param name="sync">The chunker's.</param>
    /// <param name="chunkBytesMax">Longest chunk as on the wire, 1 to 1 GiB: without a sync message a stream must not
    /// fill the memory.</param>
    /// <exception cref="ArgumentException">The sync message cannot be used, and why.</exception>
    public DataDechunker(ReadOnlySpan<byte> sync, int chunkBytesMax = DefaultChunkBytesMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunkBytesMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(chunkBytesMax, 1 << 30);
        ChunkBytesMax = chunkBytesMax;
        _escape = new SyncEscape(sync);
        _splitter = new ChunkSplitter(_escape.Sync, chunkBytesMax);
    }

    /// <summary>With <see cref="DataChunker.DefaultSync"/>.</summary>
    public DataDechunker() : this(Encoding.UTF8.GetBytes(DataChunker.DefaultSync))
    {
    }

    /// <summary>Longest chunk, as on the wire.</summary>
    public int ChunkBytesMax { get; }

    /// <summary>Chunks dropped because they were damaged or too long. Any thread.</summary>
    public long Malformed => Volatile.Read(ref _malformed);

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters =>
    [
        new("malformed", Malformed),
    ];

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } =
        new("dechunker", "Finds chunks in a stream of bytes by their sync; drops and counts what is damaged.")
        {
            BoxFormats = new Dictionary<string, string> { ["inbox"] = "chunked" },
            Options =
            [
                DataChunker.SyncOption,
                OptionInfo.Optional("chunk_max", OptionKind.Int,
                    "Bytes of one chunk, as on the wire, before it is dropped as damaged: 1 to 1Gi.",
                    "16Mi", 1, 1 << 30),
            ],
        };

    /// <inheritdoc/>
    public static DataDechunker Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(DataChunker.ReadSync(options), options.Int("chunk_max"));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    /// <inheritdoc/>
    protected override StepResult Step(ReadOnlySpan<Chunk> input, Span<Chunk> output)
    {
        int consumed = 0, produced = 0;
        while (consumed < input.Length && produced < output.Length)
        {
            var message = input[consumed];
            if (!_isFed)
                _splitter.Feed();
            _isFed = true;
            if (_splitter.TryNext(message.Span, ChunkStamp.Of(message), out int start, out int bytes, out var stamp))
            {
                output[produced++] = stamp.On(Unescape(message, start, bytes));
                continue;
            }
            message.Dispose();
            _isFed = false;
            consumed++;
        }
        Volatile.Write(ref _malformed, _splitter.Malformed);
        return new StepResult(consumed, produced);
    }

    /// <inheritdoc/>
    protected override int Finish(Span<Chunk> output)
    {
        if (!_splitter.TryFinish(out var stamp))
            return 0;
        output[0] = stamp.On(Unescape(_splitter.Kept));
        return 1;
    }

    private Chunk Unescape(Chunk message, int start, int bytes)
    {
        if (start < 0)
            return Unescape(_splitter.Kept);
        var content = message.Span.Slice(start, bytes);
        return bytes == 0 || content.Contains(SyncEscape.Mark) ? Unescape(content) : message.Slice(start, bytes);
    }

    private Chunk Unescape(ReadOnlySpan<byte> escaped)
    {
        if (escaped.IsEmpty)
            return default;
        var room = Chunk.Rent(escaped.Length);
        return room.Trim(0, _escape.Unescape(escaped, room.Writable));
    }
}
