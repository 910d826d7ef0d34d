using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Kamaelia.Axon;

namespace Kamaelia.Stop.Tests.Parts;

/// <summary>Blocks its scheduler's thread: in read(2) on a pipe, in recvfrom(2) on a socket, or asleep.</summary>
internal sealed unsafe partial class Blocker : Component
{
    private readonly int _kind;
    private readonly int _readEnd, _writeEnd;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly EndPoint _address;
    private volatile bool _isReleased;
    private volatile bool _hasEntered;

    public Blocker(int kind)
    {
        _kind = kind % 3;
        var ends = stackalloc int[2];
        if (Pipe(ends) != 0)
            throw new InvalidOperationException("pipe failed");
        (_readEnd, _writeEnd) = (ends[0], ends[1]);
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _address = _socket.LocalEndPoint!;
    }

    public bool HasEntered => _hasEntered;

    protected override Run RunAsync(CancellationToken stop) => Run.FromTask(() =>
    {
        _hasEntered = true;
        Block();
        return Task.CompletedTask;
    });

    private void Block()
    {
        byte one;
        switch (_kind)
        {
            case 0:
                _ = Read(_readEnd, &one, 1);
                break;
            case 1:
                _socket.Receive(new byte[16]);
                break;
            default:
                while (!_isReleased)
                    Thread.Sleep(5);
                break;
        }
    }

    /// <summary>Lets it go, if it ever was there. Any thread, once.</summary>
    public void Release()
    {
        _isReleased = true;
        byte one = 1;
        _ = Write(_writeEnd, &one, 1); // Nobody reads any more where it never began, which is no matter.
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        sender.SendTo([1], _address);
        _ = Close(_writeEnd);
    }

    protected override ValueTask OnEndedAsync(EndReason reason)
    {
        _ = Close(_readEnd);
        _socket.Dispose();
        return default;
    }

    [LibraryImport("libc", EntryPoint = "pipe")]
    private static partial int Pipe(int* ends);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, void* into, nint bytes);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, void* from, nint bytes);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
