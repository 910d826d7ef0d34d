namespace Kamaelia.Simulation;

/// <summary>Bytes that come in behind and go out in front.</summary>
internal sealed class ByteQueue
{
    private byte[] _bytes = new byte[4096];
    private int _start;

    public int Count { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_start + Count + bytes.Length > _bytes.Length)
        {
            byte[] target = Count + bytes.Length > _bytes.Length
                ? new byte[Math.Max(Count + bytes.Length, _bytes.Length * 2)]
                : _bytes;
            _bytes.AsSpan(_start, Count).CopyTo(target);
            (_bytes, _start) = (target, 0);
        }
        bytes.CopyTo(_bytes.AsSpan(_start + Count));
        Count += bytes.Length;
    }

    public ReadOnlySpan<byte> Slice(int at, int count) => _bytes.AsSpan(_start + at, count);

    public void Drop(int count)
    {
        _start += count;
        Count -= count;
        if (Count == 0)
            _start = 0;
    }

    public void Clear() => Drop(Count);
}
