using System.Net.Sockets;
using Kamaelia.Axon;

namespace Kamaelia.Net;

/// <summary>Accepts streams for a component, and goes on when the system has no descriptors left.</summary>
internal sealed class TcpGate(StreamListener listener, Component owner, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);
    private bool _hasWarned;

    public int Port { get; } = listener.LocalEndPoint.Port;

    /// <summary>Waits for the next stream.</summary>
    public async ValueTask<StreamSocket> AcceptAsync(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                var accepted = await listener.AcceptAsync(stop);
                _hasWarned = false;
                return accepted;
            }
            catch (SocketException e) when (IsPassing(e) && !stop.IsCancellationRequested)
            {
                if (e.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
                    continue; // That one has gone again.
                if (!_hasWarned)
                    owner.Warn($"accepts nobody at port {Port} for now: {e.Message}; it goes on when descriptors are "
                        + "free again: raise ulimit -n, or limit the connections");
                _hasWarned = true;
            }
            await Task.Delay(s_pause, time, stop);
        }
    }

    public void Dispose() => listener.Dispose();

    private static bool IsPassing(SocketException e) => e.SocketErrorCode
        is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable
        or SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.NetworkDown
        or SocketError.HostUnreachable or SocketError.HostDown or SocketError.TimedOut;
}
