using System.Net;
using System.Net.Sockets;
using Kamaelia.Axon;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Net;

/// <summary>The far end of a connection under test: a plain socket on the loopback interface.</summary>
internal sealed class Wire(Socket socket) : IDisposable
{
    private long _received;

    public Socket Socket { get; } = socket;

    /// <summary>How far <see cref="ReadToEndAsync"/> has come. Any thread.</summary>
    public long Received => Volatile.Read(ref _received);

    public static async Task<Wire> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port).WaitAsync(Graphs.Bound);
        return new Wire(socket);
    }

    /// <summary>Whether a new connection is given up at once, in whatever step of opening it this is seen.</summary>
    public static async Task<bool> IsRefusedAsync(int port)
    {
        try
        {
            using var wire = await ConnectAsync(port);
            return await wire.IsGoneAsync();
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>Listens at a free port of the loopback interface.</summary>
    public static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen(16);
        return socket;
    }

    public static int PortOf(Socket listener) => ((IPEndPoint)listener.LocalEndPoint!).Port;

    public static async Task<Wire> AcceptAsync(Socket listener) =>
        new(await listener.AcceptAsync().WaitAsync(Graphs.Bound));

    /// <summary>A port at which nobody listens.</summary>
    public static int FreePort()
    {
        using var listener = Listen();
        return PortOf(listener);
    }

    public async Task SendAsync(byte[] bytes)
    {
        for (int at = 0; at < bytes.Length;)
            at += await Socket.SendAsync(bytes.AsMemory(at)).AsTask().WaitAsync(Graphs.Bound);
    }

    public void Finish() => Socket.Shutdown(SocketShutdown.Send);

    public void Reset()
    {
        Socket.LingerState = new LingerOption(true, 0);
        Socket.Dispose();
    }

    /// <summary>So many bytes, or fewer at the end.</summary>
    public async Task<byte[]> ReadAsync(int count)
    {
        byte[] bytes = new byte[count];
        int at = 0;
        while (at < count)
        {
            int got = await Socket.ReceiveAsync(bytes.AsMemory(at)).AsTask().WaitAsync(Graphs.Bound);
            if (got == 0)
                break;
            at += got;
        }
        return bytes[..at];
    }

    /// <summary>Everything up to the end.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        var all = new MemoryStream();
        byte[] buffer = new byte[65536];
        while (await Socket.ReceiveAsync(buffer.AsMemory()).AsTask().WaitAsync(Graphs.Bound) is var got and > 0)
        {
            all.Write(buffer, 0, got);
            Volatile.Write(ref _received, all.Length);
        }
        return all.ToArray();
    }

    /// <summary>Whether the far end has given it up.</summary>
    public async Task<bool> IsGoneAsync()
    {
        try
        {
            return await Socket.ReceiveAsync(new byte[1].AsMemory()).AsTask().WaitAsync(Graphs.Bound) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    public void Dispose() => Socket.Dispose();

    /// <summary>Waits until it listens; its port.</summary>
    public static async Task<int> PortOfAsync(Component component)
    {
        await Graphs.UntilAsync(() => Graphs.Counter(component, "port") > 0 || component.End is not null,
            "it to listen");
        return (int)Graphs.Counter(component, "port");
    }
}
