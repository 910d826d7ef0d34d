using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Framing;

namespace Kamaelia.Fec;

/// <summary>Gets back one lost packet of each group that <see cref="XorFecAdder"/> made, and puts all in order.
/// </summary>
/// <remarks>
/// Payloads go out in their order, without a copy, with the time, flags and tag of their packets; one that was got back
/// has those of the packet that made it possible, less the mark of a discontinuity. While one is missing, those behind
/// it in its group wait. They go out when it comes or is got back; or, when a packet of a later group or the end of the
/// input comes first, without it. So packets may change places within a group. What is 16 groups old or less is late:
/// dropped. What is older, or more than 16 groups ahead, is a stream that begins anew. A packet that these rules do not
/// allow, or a parity that cannot be of its group, is dropped and counted.
/// </remarks>
public sealed class XorFecRecoverer : StepComponent<Chunk, Chunk>, INotated<XorFecRecoverer>, IDisposable
{
    private const uint GroupsLateMax = 16; // What a network may delay; beyond, the sender has begun again.

    private static readonly IReadOnlyList<PortInfo> s_ports = StepPorts.Of(
        "Packets of fec.xor, some lost or out of order.", "fec-xor",
        "The payloads in their order; one lost of a group is got back.", "");

    private readonly XorFecGroup _group = new();
    private bool _isTaken;   // The first message has been taken, and goes when nothing more is to be sent for it.
    private bool _isOpen;    // In a group.
    private bool _isClosing; // What is missing of it will not come.
    private bool _hasBegun;  // A group has been ended, and _sequence is the one behind it.
    private uint _sequence;
    private int _next;       // The next index to send.
    private long _received;
    private long _recovered;
    private long _lost;
    private long _late;
    private long _malformed;

    /// <summary>Data packets that came, each once. Any thread.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Packets that were got back. Any thread.</summary>
    public long Recovered => Volatile.Read(ref _recovered);

    /// <summary>Packets known to be missing; at the start also what was sent before it listened. Any thread.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Data packets that came too late or twice. Any thread.</summary>
    public long Late => Volatile.Read(ref _late);

    /// <summary>Packets that no sender makes. Any thread.</summary>
    public long Malformed => Volatile.Read(ref _malformed);

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters =>
    [
        new("received", Received), new("recovered", Recovered), new("lost", Lost), new("late", Late),
        new("malformed", Malformed),
    ];

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } = new("fec.xor.recover",
        "Gets back one lost packet of each group that fec.xor made, and puts all in order.")
    {
        BoxFormats = new Dictionary<string, string> { ["inbox"] = "fec-xor" },
    };

    /// <inheritdoc/>
    public static XorFecRecoverer Create(OptionValues options) => new();

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    /// <inheritdoc/>
    protected override StepResult Step(ReadOnlySpan<Chunk> input, Span<Chunk> output)
    {
        int consumed = 0, produced = 0;
        while (consumed < input.Length && produced < output.Length)
        {
            if (TrySendNext(out var payload))
                output[produced++] = payload;
            else if (!_isTaken)
                _isTaken = Take(input[consumed]);
            else
            {
                input[consumed++].Dispose();
                _isTaken = false;
            }
        }
        return new StepResult(consumed, produced);
    }

    /// <inheritdoc/>
    protected override int Finish(Span<Chunk> output)
    {
        _isClosing = true;
        return TrySendNext(out output[0]) ? 1 : 0;
    }

    /// <summary>Gives back what it holds of a group.</summary>
    public void Dispose()
    {
        _group.End();
        _isOpen = false;
    }

    /// <summary>The group's next payload if it is there; a group with nothing more to send is ended.</summary>
    private bool TrySendNext(out Chunk payload)
    {
        payload = default;
        if (!_isOpen)
            return false;
        while (_next < _group.Count)
        {
            if (_group.Has(_next))
            {
                payload = _group.Share(_next++);
                return true;
            }
            if (!_isClosing)
                return false;
            Count(ref _lost);
            _next++;
        }
        // The parity, if it is still to come, is of no more use.
        _group.End();
        _isOpen = _isClosing = false;
        _hasBegun = true;
        _sequence++;
        return false;
    }

    /// <summary>True when the packet has been used or dropped; false when the group before must be ended first.
    /// </summary>
    private bool Take(Chunk packet)
    {
        if (!XorFecHeader.TryRead(packet.Span, out var header))
        {
            Count(ref _malformed);
            return true;
        }
        uint ahead = header.Sequence - _sequence;
        if ((_isOpen || _hasBegun) && ahead != 0 && 0 - ahead <= GroupsLateMax)
        {
            if (!header.IsParity)
                Count(ref _late);
            return true;
        }
        if (_isOpen && ahead != 0)
        {
            _isClosing = true;
            return false;
        }
        if (!_isOpen)
        {
            if (_hasBegun && ahead <= GroupsLateMax)
                Count(ref _lost, ahead * header.Group);
            _isOpen = true;
            _next = 0;
            _sequence = header.Sequence;
            _group.Begin(header);
        }
        TakeOfGroup(header, packet);
        return true;
    }

    private void TakeOfGroup(XorFecHeader header, Chunk packet)
    {
        switch (_group.Take(header, packet))
        {
            case XorFecGroup.Outcome.Malformed:
                Count(ref _malformed);
                break;
            case XorFecGroup.Outcome.Twice when !header.IsParity:
                Count(ref _late);
                break;
            case XorFecGroup.Outcome.Taken when !header.IsParity:
                Count(ref _received);
                break;
        }
        if (_group.Recover(ChunkStamp.Of(packet)) is { } isGood)
            Count(ref isGood ? ref _recovered : ref _malformed);
    }

    private static void Count(ref long counter, long by = 1) => Volatile.Write(ref counter, counter + by);
}
