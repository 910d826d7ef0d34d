using Kamaelia.Axon;
using Kamaelia.Framing;

namespace Kamaelia.Sound;

/// <summary>Whole samples out of a stream that is cut anywhere: what a message leaves of a sample goes in front of the
/// next. Not for several threads.</summary>
internal sealed class WholeSamples(int sampleBytes)
{
    private readonly byte[] _kept = new byte[sampleBytes];
    private int _keptBytes;

    /// <summary>The whole samples of what was kept and this message, with the message's stamp; the message itself where
    /// it needs no joining. Empty when there is none yet. Takes the message over.</summary>
    public Chunk Take(Chunk message)
    {
        int total = _keptBytes + message.Length;
        int rest = total % sampleBytes;
        if (_keptBytes == 0 && rest == 0)
            return message;
        int whole = total - rest;
        if (_keptBytes == 0 && whole > 0)
        {
            Keep(message.Span[whole..]);
            return message.Trim(0, whole);
        }
        using var _ = message;
        Chunk joined = default;
        int used = 0;
        if (whole > 0)
        {
            joined = Chunk.Rent(whole);
            used = whole - _keptBytes;
            _kept.AsSpan(0, _keptBytes).CopyTo(joined.Writable);
            message.Span[..used].CopyTo(joined.Writable[_keptBytes..]);
            joined = ChunkStamp.Of(message).On(joined);
            _keptBytes = 0;
        }
        Keep(message.Span[used..]);
        return joined;
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        rest.CopyTo(_kept.AsSpan(_keptBytes));
        _keptBytes += rest.Length;
    }
}
