namespace Kamaelia.Ts;

/// <summary>What a <see cref="TsAligner"/> finds, in the order of the stream.</summary>
public interface ITsVisitor
{
    /// <summary>A whole packet that starts at that byte of the stream.</summary>
    void OnPacket(TsPacket packet, long offsetBytes);

    /// <summary>Bytes that belong to no packet. May come in pieces.</summary>
    /// <remarks><paramref name="isLoss"/>: these are the first after packets, so the stream fell out of step
    /// here.</remarks>
    void OnJunk(long offsetBytes, int bytes, bool isLoss);
}

/// <summary>Finds the packets in a byte stream that is cut anywhere, and finds them again after a
/// disturbance.</summary>
/// <remarks>
/// Out of step it looks for a place where a sync byte stands at three packet starts in a row (at the end of the stream,
/// at as many as there are): 0x47 alone is too common in payload. In step one sync byte a packet is enough. Keeps up to
/// 564 bytes; allocates once. Not for several threads.
/// </remarks>
public sealed class TsAligner
{
    private const int ProofBytes = 2 * TsPacket.PacketBytes + 1;
    private readonly byte[] _kept = new byte[3 * TsPacket.PacketBytes];
    private int _keptBytes;
    private bool _inStep;
    private bool _wasInStep;

    /// <summary>Every byte before this offset has been reported, as packet or as junk.</summary>
    public long SettledBytes { get; private set; }

    /// <summary>Reads the next bytes of the stream.</summary>
    public void Push<TVisitor>(ReadOnlySpan<byte> bytes, scoped ref TVisitor visitor)
        where TVisitor : struct, ITsVisitor
    {
        while (true)
        {
            if (_keptBytes == 0 && _inStep)
                bytes = Walk(bytes, ref visitor);
            if (bytes.IsEmpty)
                return;
            if (_keptBytes == 0 && !_inStep && bytes.Length > _kept.Length)
            {
                bytes = bytes[Search(bytes, false, ref visitor)..];
                continue;
            }
            // A part of a packet, or too little to be sure: it waits beside what came before.
            int wanted = Math.Min((_inStep ? TsPacket.PacketBytes : _kept.Length) - _keptBytes, bytes.Length);
            bytes[..wanted].CopyTo(_kept.AsSpan(_keptBytes));
            _keptBytes += wanted;
            bytes = bytes[wanted..];
            DrainKept(false, ref visitor);
        }
    }

    /// <summary>The stream has ended: decides about the bytes it kept. An incomplete last packet is junk.</summary>
    public void Finish<TVisitor>(ref TVisitor visitor) where TVisitor : struct, ITsVisitor
    {
        DrainKept(true, ref visitor);
        _wasInStep &= !_inStep; // A stream cut inside its last packet has lost no step.
        Junk(_keptBytes, ref visitor);
        _keptBytes = 0;
    }

    /// <summary>Reports whole packets as long as each starts with its sync byte; returns what is left.</summary>
    private ReadOnlySpan<byte> Walk<TVisitor>(ReadOnlySpan<byte> bytes, scoped ref TVisitor visitor)
        where TVisitor : struct, ITsVisitor
    {
        while (bytes.Length >= TsPacket.PacketBytes)
        {
            if (bytes[0] != TsPacket.SyncByte)
            {
                _inStep = false;
                return bytes;
            }
            long offset = SettledBytes;
            SettledBytes += TsPacket.PacketBytes;
            visitor.OnPacket(new TsPacket(bytes), offset);
            bytes = bytes[TsPacket.PacketBytes..];
        }
        if (!bytes.IsEmpty && bytes[0] != TsPacket.SyncByte)
            _inStep = false;
        return bytes;
    }

    /// <summary>Reports junk up to a place that is sure, or that needs more bytes to be judged; returns how much that
    /// was.</summary>
    private int Search<TVisitor>(ReadOnlySpan<byte> bytes, bool atEnd, ref TVisitor visitor)
        where TVisitor : struct, ITsVisitor
    {
        int at = 0;
        while (true)
        {
            int next = bytes[at..].IndexOf(TsPacket.SyncByte);
            at = next < 0 ? bytes.Length : at + next;
            int left = bytes.Length - at;
            if (left < (atEnd ? TsPacket.PacketBytes : ProofBytes))
                break;
            if (IsPacketStart(bytes, at) && IsPacketStart(bytes, at + TsPacket.PacketBytes)
                && IsPacketStart(bytes, at + 2 * TsPacket.PacketBytes))
            {
                _inStep = true;
                break;
            }
            at++;
        }
        Junk(at, ref visitor);
        if (_inStep)
            _wasInStep = true;
        return at;
    }

    private static bool IsPacketStart(ReadOnlySpan<byte> bytes, int at) =>
        at >= bytes.Length || bytes[at] == TsPacket.SyncByte;

    private void DrainKept<TVisitor>(bool atEnd, ref TVisitor visitor) where TVisitor : struct, ITsVisitor
    {
        var kept = _kept.AsSpan(0, _keptBytes);
        ReadOnlySpan<byte> left = kept;
        while (!left.IsEmpty)
        {
            int before = left.Length;
            bool wasInStep = _inStep;
            left = _inStep ? Walk(left, ref visitor) : left[Search(left, atEnd, ref visitor)..];
            if (left.Length == before && _inStep == wasInStep)
                break;
        }
        left.CopyTo(kept);
        _keptBytes = left.Length;
    }

    private void Junk<TVisitor>(int bytes, ref TVisitor visitor) where TVisitor : struct, ITsVisitor
    {
        if (bytes == 0)
            return;
        long offset = SettledBytes;
        SettledBytes += bytes;
        bool isLoss = _wasInStep;
        _wasInStep = false;
        visitor.OnJunk(offset, bytes, isLoss);
    }
}
