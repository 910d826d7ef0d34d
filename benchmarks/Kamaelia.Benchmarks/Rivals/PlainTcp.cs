using System.Net;
using System.Net.Sockets;
using Kamaelia.Benchmarks.Harness;

namespace Kamaelia.Benchmarks.Rivals;

/// <summary>A stream over TCP on the loopback interface by two loops without components.</summary>
internal static class PlainTcp
{
    /// <summary>A port that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Blocking calls, a thread an end.</summary>
    public static async Task<Sample> Stream(int bytes, long writes)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        sender.Connect(listener.LocalEndPoint!);
        using Socket receiver = listener.Accept();
        Meter meter = Meter.Start();
        Task reading = Task.Factory.StartNew(() => ReadAll(receiver, bytes), TaskCreationOptions.LongRunning);
        await Task.Factory.StartNew(() => Write(sender, bytes, writes), TaskCreationOptions.LongRunning);
        await reading;
        return meter.Stop(writes);
    }

    private static void Write(Socket socket, int bytes, long writes)
    {
        var payload = new byte[bytes];
        for (long i = 0; i < writes; i++)
            socket.Send(payload);
        socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Reads to the end, so many bytes at a time.</summary>
    public static void ReadAll(Socket socket, int bytes)
    {
        var buffer = new byte[bytes];
        while (socket.Receive(buffer) > 0)
        {
        }
    }
}
