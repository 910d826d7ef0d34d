using System.Globalization;
using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Ts;

namespace Kamaelia.Pacing;

/// <summary>Lets bytes through no faster than they are meant to flow. See <see cref="PcrPacer"/>,
/// <see cref="RatePacer"/>. </summary>
public abstract partial class Pacer : Component, INotated<Pacer>
{
    /// <summary>Seven transport packets, 1316 bytes, are the datagram that every receiver expects.</summary>
    public const int DefaultPackets = 7;

    /// <summary>Transport packets in each chunk that is sent, 1 to 348 (of 188 bytes; the last chunk may be
    /// shorter).</summary>
    public int Packets
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 348);
            field = value;
        }
    } = DefaultPackets;

    /// <summary>Sent no earlier than it is due less this: a timer for every datagram would cost more than it
    /// gives.</summary>
    internal static TimeSpan Slack { get; } = TimeSpan.FromMicroseconds(200);

    // Few chunks may wait here: a drain plays them all at the stream's own pace.
    [Port("Bytes, as fast as they come.", Capacity = 8)] public partial Inbox<Chunk> Inbox { get; }

    [Port("The same bytes in time, cut into datagrams.", Format = "datagram")]
    public partial Outbox<Chunk> Outbox { get; }

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } =
        new("pace", "Lets bytes through by the clock in a transport stream, or at a rate.")
        {
            Options =
            [
                OptionInfo.Positional("by", OptionKind.Text,
                    "pcr: by the programme clock of a transport stream; or a rate in bits per second, such as 4M.",
                    "pcr"),
                OptionInfo.Optional("speed", OptionKind.Text, "With pcr: times as fast as the clock, 0.01 to 1000.",
                    "1"),
                OptionInfo.Optional("pid", OptionKind.Int, "With pcr: PID of the clock; unset: the first that has one.",
                    min: 0, max: TsPacket.NullPid - 1),
                OptionInfo.Optional("packets", OptionKind.Int, "Transport packets of 188 bytes a datagram, 1 to 348.",
                    $"{DefaultPackets}", min: 1, max: 348),
                OptionInfo.Optional("burst", OptionKind.Int,
                    "With a rate: bytes that may leave at once, up to 16Mi; 0: what the rate gives in 5 ms.", "0",
                    min: 0, max: 1 << 24),
            ],
        };

    /// <inheritdoc/>
    public static Pacer Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string by = options.Text("by");
        int packets = options.Int("packets");
        if (by == "pcr")
        {
            bool isRead = double.TryParse(options.Text("speed"), NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out double speed);
            if (!isRead || speed is < 0.01 or > 1000)
                throw options.Bad("speed", $"'{options.Text("speed")}' is not a number between 0.01 and 1000.");
            int pid = options.IsSet("pid") ? options.Int("pid") : -1;
            return new PcrPacer { Packets = packets, Speed = speed, Pid = pid };
        }
        if (!OptionText.TryRate(by, out long rate) || rate < 8)
            throw options.Bad("by", $"'{by}' is neither 'pcr' nor a rate in bits per second such as 800k or 2.5M.");
        if (options.IsSet("pid"))
            throw options.Bad("pid", "It goes with 'pace pcr' only.");
        return new RatePacer(rate) { Packets = packets, BurstBytes = options.Int("burst") };
    }
}
