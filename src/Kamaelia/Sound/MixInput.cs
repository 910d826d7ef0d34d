using Kamaelia.Axon;

namespace Kamaelia.Sound;

/// <summary>One of the streams that a mixer joins: so many bytes in one piece, whatever the messages were cut to. Not
/// for several threads.</summary>
internal sealed unsafe class MixInput(Inbox<Chunk> inbox) : IDisposable
{
    private Chunk _message;
    private int _at;
    private Chunk _staging;
    private int _staged; // Bytes of earlier messages, in front of the present one's.

    public Inbox<Chunk> Inbox => inbox;

    /// <summary>Bytes that are there now.</summary>
    public int Bytes => _staged + Left;

    /// <summary>Nothing of its present message has been used, so that its stamp is that of the next byte.</summary>
    public bool IsAtStamp => _staged == 0 && _at == 0;

    public Chunk Message => _message;

    private int Left => _message.Length - _at;

    /// <summary>Tries for so many bytes; false: they are not there yet, or never.</summary>
    public bool TryGather(int wanted)
    {
        while (Bytes < wanted)
        {
            Stage(Left, wanted);
            if (!inbox.TryReceive(out var next))
                return false;
            _message.Dispose();
            _message = next;
            _at = 0;
        }
        return true;
    }

    /// <summary>So many bytes, the end of a stream that is over with silence behind it; null when there is only
    /// silence. Valid until the next call.</summary>
    public byte* Take(int wanted)
    {
        if (_staged == 0 && Left >= wanted)
        {
            _at += wanted;
            return Address(_message) + _at - wanted;
        }
        if (Bytes < wanted)
        {
            Stage(Left, wanted);
            _staged &= ~1; // Half a sample is none.
            if (_staged == 0)
                return null;
            _staging.Writable[_staged..wanted].Clear();
        }
        else
            Stage(wanted - _staged, wanted);
        _staged = 0;
        return Address(_staging);
    }

    /// <summary>The next bytes as a chunk of their own without a copy; false when they do not lie in one
    /// message.</summary>
    public bool TrySlice(int wanted, out Chunk part)
    {
        part = default;
        if (_staged > 0 || Left < wanted)
            return false;
        if (_at == 0 && Left == wanted)
        {
            part = _message;
            _message = default;
            return true;
        }
        part = _message.Slice(_at, wanted);
        _at += wanted;
        return true;
    }

    public void Dispose()
    {
        _message.Dispose();
        _staging.Dispose();
        _message = _staging = default;
    }

    /// <summary>Where an unmanaged block's bytes lie: they never move.</summary>
    internal static byte* Address(Chunk chunk)
    {
        fixed (byte* bytes = chunk.Writable)
            return bytes;
    }

    private void Stage(int count, int wanted)
    {
        if (_staging.Length < wanted)
        {
            var larger = Chunk.Rent(wanted);
            _staging.Span[.._staged].CopyTo(larger.Writable);
            _staging.Dispose();
            _staging = larger;
        }
        _message.Span.Slice(_at, count).CopyTo(_staging.Writable[_staged..]);
        _staged += count;
        _at += count;
    }
}
