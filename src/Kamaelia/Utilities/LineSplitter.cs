using System.Text;
using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Utilities;

/// <summary>Cuts a byte stream into lines of text.</summary>
/// <remarks>
/// LF or CR LF ends a line and is left out. Bytes are UTF-8; what is not is replaced by U+FFFD. A last line without an
/// end counts too. A line over <see cref="LineBytesMax"/> is cut there.
/// </remarks>
public sealed partial class LineSplitter : Component, INotated<LineSplitter>
{
    private byte[] _begun = new byte[256];
    private int _begunBytes;

    /// <summary>Longest line, in bytes: 1 to 16 MiB.</summary>
    public int LineBytesMax { get; init; } = 1 << 20;

    [Port("Bytes, cut anywhere.", Format = "bytes")] public partial Inbox<Chunk> Inbox { get; }

    [Port("One line a message, without its end.")] public partial Outbox<string> Outbox { get; }

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } = new("lines", "Cuts a byte stream into lines of text.")
    {
        Options =
        [
            OptionInfo.Optional("line_bytes_max", OptionKind.Int, "Longest line; a longer one is cut. 1 to 16Mi.",
                "1Mi",
                min: 1, max: 1 << 24),
        ],
    };

    /// <inheritdoc/>
    public static LineSplitter Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new() { LineBytesMax = options.Int("line_bytes_max") };
    }

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var chunk))
            {
                using (chunk)
                {
                    int at = 0;
                    while (TryCut(chunk.Span, ref at, out var line))
                        await Outbox.SendAsync(line, stop);
                }
            }
        }
        if (_begunBytes > 0)
            await Outbox.SendAsync(Text(_begun.AsSpan(0, _begunBytes)), stop);
    }

    /// <summary>The next whole line from there on; else keeps the beginning of one.</summary>
    private bool TryCut(ReadOnlySpan<byte> bytes, ref int at, out string line)
    {
        var left = bytes[at..];
        int room = LineBytesMax - _begunBytes;
        int end = left.IndexOf((byte)'\n');
        line = "";
        if (end < 0 && left.Length <= room) // At the limit only what comes next tells whether it is cut.
        {
            Keep(left);
            at = bytes.Length;
            return false;
        }
        bool isCut = end < 0 || end > room;
        int length = isCut ? room : end;
        at += isCut ? length : length + 1;
        if (_begunBytes == 0)
        {
            line = Text(left[..length]);
            return true;
        }
        Keep(left[..length]);
        line = Text(_begun.AsSpan(0, _begunBytes));
        _begunBytes = 0;
        return true;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_begunBytes + bytes.Length > _begun.Length)
            Array.Resize(ref _begun, Math.Max(_begun.Length * 2, _begunBytes + bytes.Length));
        bytes.CopyTo(_begun.AsSpan(_begunBytes));
        _begunBytes += bytes.Length;
    }

    private static string Text(ReadOnlySpan<byte> line) =>
        Encoding.UTF8.GetString(line.EndsWith("\r"u8) ? line[..^1] : line);
}
