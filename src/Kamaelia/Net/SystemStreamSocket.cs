using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Kamaelia.Axon;
using Kamaelia.Files;

namespace Kamaelia.Net;

/// <summary>A TCP connection of this machine.</summary>
internal sealed class SystemStreamSocket : StreamSocket
{
    private const int WaitingBytes = 16384; // While so few wait for room, a third of the send buffer gets free.

    private readonly Socket _socket;
    private readonly ReadWatch? _watch;
    private SystemSendFile? _sending;

    public SystemStreamSocket(Socket socket, bool isPolled)
    {
        _socket = socket;
        _watch = isPolled ? new ReadWatch(socket) : null;
        socket.Blocking = false; // What can be done at once is done by plain calls; only the rest is awaited.
        socket.NoDelay = true; // Components send what they mean to send together; holding it back only adds delay.
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        RemoteEndPoint = (IPEndPoint)socket.RemoteEndPoint!;
    }

    public override IPEndPoint LocalEndPoint { get; }

    public override IPEndPoint RemoteEndPoint { get; }

    public override ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken stop = default) =>
        _socket.ReceiveAsync(into, SocketFlags.None, stop);

    internal override bool TryWatch(Component reader) => _watch is not null && _watch.TryWatch(reader);

    internal override void Unwatch() => _watch?.Unwatch();

    internal override int TryRead(Span<byte> into, out SocketError error) =>
        _socket.Receive(into, SocketFlags.None, out error);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))] // A full buffer is no reason to allocate.
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop = default)
    {
        stop.ThrowIfCancellationRequested();
        int sent = _socket.Send(bytes.Span, SocketFlags.None, out var error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
            throw new SocketException((int)error);
        for (bytes = bytes[sent..]; !bytes.IsEmpty; bytes = bytes[sent..])
            sent = await _socket.SendAsync(bytes, SocketFlags.None, stop).ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> SendFileAsync(StoredFile file, long offset, int bytesMax,
        CancellationToken stop = default)
    {
        if (file is not SystemFile { Handle: { } handle } || !SystemSendFile.IsAvailable)
            return await base.SendFileAsync(file, offset, bytesMax, stop).ConfigureAwait(false);
        _sending ??= new SystemSendFile();
        int sent = await _sending.StartAsync(_socket.SafeHandle, handle, offset, bytesMax).ConfigureAwait(false);
        // The buffer is full, or something is wrong: a short ordinary write waits for room, or says what it is.
        return sent >= 0
            ? sent
            : await base.SendFileAsync(file, offset, Math.Min(bytesMax, WaitingBytes), stop).ConfigureAwait(false);
    }

    public override void FinishWriting() => _socket.Shutdown(SocketShutdown.Send);

    public override void Reset()
    {
        _watch?.Unwatch();
        _socket.LingerState = new LingerOption(enable: true, seconds: 0); // Close then sends RST.
        _socket.Dispose();
    }

    protected override void Dispose(bool disposing)
    {
        _watch?.Unwatch();
        _socket.Dispose();
    }
}

/// <summary>A TCP listener of this machine.</summary>
internal sealed class SystemStreamListener(Socket socket, bool isPolled) : StreamListener
{
    public override IPEndPoint LocalEndPoint { get; } = (IPEndPoint)socket.LocalEndPoint!;

    public override async ValueTask<StreamSocket> AcceptAsync(CancellationToken stop = default)
    {
        while (true)
        {
            var accepted = await socket.AcceptAsync(stop).ConfigureAwait(false);
            try
            {
                return new SystemStreamSocket(accepted, isPolled);
            }
            catch (SocketException)
            {
                accepted.Dispose(); // Reset by the far end before anybody looked: as if it had never come.
            }
        }
    }

    protected override void Dispose(bool disposing) => socket.Dispose();
}
