using System.Buffers.Binary;
using Kamaelia.Axon;
using Kamaelia.Framing;

namespace Kamaelia.Fec;

/// <summary>What of one group has come: its payloads, and the one that its parity gives back.</summary>
/// <remarks>Holds a reference to each until <see cref="End"/>. Not for several threads.</remarks>
internal sealed class XorFecGroup
{
    private readonly Chunk[] _payloads = new Chunk[XorFecHeader.GroupMax];
    private readonly bool[] _has = new bool[XorFecHeader.GroupMax];
    private readonly Parity _sum = new();
    private Chunk _parity; // The whole packet.
    private byte _group;
    private int _come;

    /// <summary>What a packet was.</summary>
    public enum Outcome
    {
        /// <summary>A payload or a parity that was kept.</summary>
        Taken,

        /// <summary>It came twice.</summary>
        Twice,

        /// <summary>It cannot be of this group.</summary>
        Malformed,
    }

    /// <summary>Packets in the group, as far as is known.</summary>
    public int Count { get; private set; }

    public uint Sequence { get; private set; }

    public void Begin(XorFecHeader header)
    {
        Sequence = header.Sequence;
        _group = header.Group;
        Count = header.Group;
    }

    public void End()
    {
        for (int i = 0; i < Count; i++)
        {
            _payloads[i].Dispose();
            _payloads[i] = default;
            _has[i] = false;
        }
        DropParity();
        _come = 0;
    }

    public bool Has(int index) => _has[index];

    /// <summary>A reference of its own: the parity may still need the payload.</summary>
    public Chunk Share(int index) => _payloads[index].Share();

    /// <summary>Keeps a packet of this group; the caller keeps its own reference.</summary>
    public Outcome Take(XorFecHeader header, Chunk packet)
    {
        if (header.Group != _group || (!header.IsParity && header.Index >= Count))
            return Outcome.Malformed;
        if (header.IsParity)
        {
            if (!_parity.IsEmpty)
                return Outcome.Twice;
            // It cannot be of fewer packets than have come.
            if (_has.AsSpan(header.Index, _group - header.Index).Contains(true))
                return Outcome.Malformed;
            Count = header.Index;
            _parity = packet.Share();
            return Outcome.Taken;
        }
        if (_has[header.Index])
            return Outcome.Twice;
        int bytes = packet.Length - XorFecHeader.Bytes;
        Put(header.Index, bytes == 0 ? default : packet.Slice(XorFecHeader.Bytes, bytes), ChunkStamp.Of(packet));
        return Outcome.Taken;
    }

    /// <summary>With the parity and all but one: that one. Null: nothing to do; false: the parity was not of these, and
    /// is dropped.</summary>
    /// <param name="stamp">Of the packet that made it possible.</param>
    public bool? Recover(ChunkStamp stamp)
    {
        if (_parity.IsEmpty || _come + 1 != Count)
            return null;
        int missing = Array.IndexOf(_has, false);
        var bytes = _parity.Span[XorFecHeader.Bytes..];
        var given = bytes[XorFecHeader.LengthBytes..];
        _sum.Clear();
        _sum.Add(given, BinaryPrimitives.ReadUInt32BigEndian(bytes));
        for (int i = 0; i < Count; i++)
        {
            if (i != missing)
                _sum.Add(_payloads[i].Span);
        }
        uint length = _sum.LengthXor;
        // Payloads that are longer than the parity, or a length beyond it.
        if (_sum.Bytes.Length != given.Length || length > given.Length)
        {
            DropParity();
            Count = _group;
            return false;
        }
        var payload = length == 0 ? default : Chunk.CopyOf(_sum.Bytes[..(int)length]);
        Put(missing, payload, stamp with { Flags = stamp.Flags & ~ChunkFlags.Discontinuity });
        return true;
    }

    private void Put(int index, Chunk payload, ChunkStamp stamp)
    {
        _payloads[index] = stamp.On(payload);
        _has[index] = true;
        _come++;
    }

    private void DropParity()
    {
        _parity.Dispose();
        _parity = default;
    }
}
