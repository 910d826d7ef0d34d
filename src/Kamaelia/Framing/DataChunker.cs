using System.Text;
using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Framing;

/// <summary>Puts a sync message before each message and keeps it out of the data, so that a byte stream can be cut
/// again. </summary>
/// <remarks>The wire format of the original Kamaelia: sync, then the data with <c>%</c> and every byte of the sync
/// escaped. See <see cref="DataDechunker"/>.</remarks>
public sealed class DataChunker : StepComponent<Chunk, Chunk>, INotated<DataChunker>
{
    private static readonly IReadOnlyList<PortInfo> s_ports = StepPorts.Of(
        "Data to chunk.", "",
        "For each chunk the sync and then its data, in which no byte of the sync occurs.", "chunked");

    /// <summary>Twenty-four times X.</summary>
    public const string DefaultSync = "XXXXXXXXXXXXXXXXXXXXXXXX";

    private readonly SyncEscape _escape;

    /// <summary>Makes one.</summary>
    /// <param name="sync">1 to 255 bytes, none of them %, 0-9 or a-f.</param>
    /// <exception cref="ArgumentException">The sync message cannot be used, and why.</exception>
    public DataChunker(ReadOnlySpan<byte> sync) => _escape = new SyncEscape(sync);

    /// <summary>With <see cref="DefaultSync"/>.</summary>
    public DataChunker() : this(Encoding.UTF8.GetBytes(DefaultSync))
    {
    }

    // Before Info, which is initialised with it.
    internal static OptionInfo SyncOption { get; } = OptionInfo.Optional("sync", OptionKind.Text,
        "What marks the beginning of a chunk: 1 to 255 bytes, none of them %, 0 to 9 or a to f.", DefaultSync);

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } =
        new("chunker", "Puts a sync message before each message and keeps it out of the data.")
        {
            BoxFormats = new Dictionary<string, string> { ["outbox"] = "chunked" },
            Options = [SyncOption],
        };

    internal static byte[] ReadSync(OptionValues options)
    {
        byte[] sync = Encoding.UTF8.GetBytes(options.Text("sync"));
        return SyncEscape.Problem(sync) is { } problem ? throw options.Bad("sync", problem) : sync;
    }

    /// <inheritdoc/>
    public static DataChunker Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(ReadSync(options));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    /// <inheritdoc/>
    protected override StepResult Step(ReadOnlySpan<Chunk> input, Span<Chunk> output)
    {
        int count = Math.Min(input.Length, output.Length);
        ReadOnlySpan<byte> sync = _escape.Sync;
        for (int i = 0; i < count; i++)
        {
            using var message = input[i];
            var data = message.Span;
            int bytes = _escape.EscapedBytes(data);
            var chunk = Chunk.Rent(sync.Length + bytes);
            sync.CopyTo(chunk.Writable);
            _escape.Escape(data, chunk.Writable[sync.Length..]);
            output[i] = ChunkStamp.Of(message).On(chunk);
        }
        return new StepResult(count, count);
    }
}
