using System.Globalization;
using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Framing;

namespace Kamaelia.Ts;

/// <summary>Keeps or removes the transport packets of some PIDs.</summary>
/// <remarks>
/// Takes a stream that is cut anywhere, by the rules of <see cref="TsAligner"/>, and sends whole packets: one message
/// for each that has packets which pass, with its time, flags and tag. What passes is not copied if it lies together,
/// as it does where all passes; else the runs are joined in one copy. Bytes that belong to no packet are dropped and
/// counted.
/// </remarks>
public sealed class TsFilter : StepComponent<Chunk, Chunk>, INotated<TsFilter>
{
    private static readonly IReadOnlyList<PortInfo> s_ports = StepPorts.Of(
        "Transport packets, cut anywhere.", "mpegts",
        "Whole packets, those that pass, a message for each that has some.", "mpegts");

    private readonly ulong[] _passes = new ulong[TsPacket.PidCount / 64];
    private readonly TsAligner _aligner = new();
    private Chunk _message;
    private ChunkStamp _stamp;
    private long _messageAt; // Where in the stream it begins.
    private Chunk _copy;
    private int _copied;
    private long _runAt;
    private int _runBytes;
    private long _packets;
    private long _removed;
    private long _junkBytes;

    /// <summary>Makes one.</summary>
    /// <param name="pids">0 to 8191.</param>
    /// <param name="removes">The packets of these PIDs are removed and all others pass, instead of the reverse.</param>
    /// <param name="dropsNull">Removes null packets in any case.</param>
    public TsFilter(IEnumerable<int> pids, bool removes = false, bool dropsNull = false)
    {
        ArgumentNullException.ThrowIfNull(pids);
        foreach (int pid in pids)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(pid, nameof(pids));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pid, TsPacket.PidCount, nameof(pids));
            _passes[pid >> 6] |= 1ul << pid;
        }
        for (int i = 0; removes && i < _passes.Length; i++)
            _passes[i] = ~_passes[i];
        if (dropsNull)
            _passes[TsPacket.NullPid >> 6] &= ~(1ul << TsPacket.NullPid);
    }

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } =
        new("ts.filter", "Keeps or removes the transport packets of some PIDs.")
        {
            BoxFormats = new Dictionary<string, string> { ["inbox"] = "mpegts", ["outbox"] = "mpegts" },
            Options =
            [
                OptionInfo.Positional("pids", OptionKind.Text,
                    "PIDs and ranges with commas between: 256,0x1ffb,100-200.", "256,0x1ffb"),
                OptionInfo.Choice("mode", "What is done with these packets, not with the others: keep or remove.",
                    "keep", "remove"),
                OptionInfo.Optional("drop_null", OptionKind.Bool,
                    "Removes null packets (PID 0x1fff) whatever pids says.", "false"),
            ],
        };

    /// <inheritdoc/>
    public static TsFilter Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(Pids(options), options.Text("mode") == "remove", options.Bool("drop_null"));
    }

    private static HashSet<int> Pids(OptionValues options)
    {
        var pids = new HashSet<int>();
        foreach (string word in options.Text("pids").Split(','))
        {
            int dash = word.IndexOf('-');
            int last = Pid(word.AsSpan(dash + 1));
            int first = dash < 0 ? last : Pid(word.AsSpan(0, dash));
            if (first < 0 || last < first)
                throw options.Bad("pids", $"'{word}' is no PID, 0 to 8191 or 0x1fff, and no range of them.");
            for (int pid = first; pid <= last; pid++)
                pids.Add(pid);
        }
        return pids;
    }

    private static int Pid(ReadOnlySpan<char> text)
    {
        bool isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        bool isRead = int.TryParse(isHex ? text[2..] : text, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
            CultureInfo.InvariantCulture, out int pid);
        return isRead && pid is >= 0 and < TsPacket.PidCount ? pid : -1;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters =>
    [
        new("packets", Volatile.Read(ref _packets)), new("removed", Volatile.Read(ref _removed)),
        new("junk_bytes", Volatile.Read(ref _junkBytes)),
    ];

    /// <inheritdoc/>
    protected override StepResult Step(ReadOnlySpan<Chunk> input, Span<Chunk> output)
    {
        int count = Math.Min(input.Length, output.Length);
        int produced = 0;
        var visitor = new Visitor(this);
        for (int i = 0; i < count; i++)
        {
            _message = input[i];
            _stamp = ChunkStamp.Of(_message);
            _aligner.Push(_message.Span, ref visitor);
            if (TryTake(out var passed))
                output[produced++] = passed;
            _messageAt += _message.IsEmpty ? input[i].Length : _message.Length;
            _message.Dispose();
            _message = default;
        }
        return new StepResult(count, produced);
    }

    /// <inheritdoc/>
    protected override int Finish(Span<Chunk> output)
    {
        var visitor = new Visitor(this);
        _aligner.Finish(ref visitor);
        return TryTake(out output[0]) ? 1 : 0;
    }

    /// <summary>What passed of the present message, if anything did.</summary>
    private bool TryTake(out Chunk passed)
    {
        passed = default;
        if (_copy.IsEmpty && _runBytes == 0)
            return false;
        if (_copy.IsEmpty && _runBytes == _message.Length)
        {
            passed = _message;
            _message = default;
        }
        else if (_copy.IsEmpty)
            passed = _message.Slice((int)(_runAt - _messageAt), _runBytes);
        else
        {
            Flush();
            passed = _stamp.On(_copy.Trim(0, _copied));
            _copy = default;
            _copied = 0;
        }
        _runBytes = 0;
        return true;
    }

    private void OnPacket(TsPacket packet, long offset)
    {
        int pid = packet.Pid;
        if ((_passes[pid >> 6] & 1ul << pid) == 0)
        {
            _removed++;
            return;
        }
        _packets++;
        if (offset < _messageAt) // It began in an earlier message, and lies in the aligner's memory.
        {
            packet.Bytes.CopyTo(Room());
            _copied += TsPacket.PacketBytes;
            return;
        }
        if (offset != _runAt + _runBytes)
        {
            Flush();
            _runAt = offset;
        }
        _runBytes += TsPacket.PacketBytes;
    }

    private void Flush()
    {
        if (_runBytes == 0)
            return;
        _message.Span.Slice((int)(_runAt - _messageAt), _runBytes).CopyTo(Room());
        _copied += _runBytes;
        _runBytes = 0;
    }

    /// <summary>Where the copy goes on. The aligner holds less than three packets beside the message.</summary>
    private Span<byte> Room()
    {
        if (_copy.IsEmpty)
            _copy = Chunk.Rent(_message.Length + 3 * TsPacket.PacketBytes);
        return _copy.Writable[_copied..];
    }

    private readonly struct Visitor(TsFilter filter) : ITsVisitor
    {
        public void OnPacket(TsPacket packet, long offsetBytes) => filter.OnPacket(packet, offsetBytes);

        public void OnJunk(long offsetBytes, int bytes, bool isLoss) => filter._junkBytes += bytes;
    }
}
