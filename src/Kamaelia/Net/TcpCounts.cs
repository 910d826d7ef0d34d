namespace Kamaelia.Net;

/// <summary>What the parts of a TCP component count together. Any thread.</summary>
internal sealed class TcpCounts
{
    private long _received;
    private long _sent;
    private long _broken;

    public long Received => Volatile.Read(ref _received);

    public long Sent => Volatile.Read(ref _sent);

    public long Broken => Volatile.Read(ref _broken);

    // Connections of one server may lie on several schedulers.
    public void AddReceived(int bytes) => Interlocked.Add(ref _received, bytes);

    public void AddSent(int bytes) => Interlocked.Add(ref _sent, bytes);

    public void AddBroken() => Interlocked.Increment(ref _broken);
}
