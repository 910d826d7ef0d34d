using System.Net;
using System.Net.Sockets;
using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Net;

/// <summary>Opens streams and listeners for the TCP components; refusals are sentences.</summary>
internal static class TcpSockets
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);

    /// <summary>Connects to a host, address after address, again and again within <paramref name="retry"/>.</summary>
    /// <param name="network">Where.</param>
    /// <param name="to">Whom.</param>
    /// <param name="timeout">How long one try may take; zero: as long as the system lets it.</param>
    /// <param name="retry">How long to go on trying after the first refusal; zero: not at all.</param>
    /// <param name="time">The graph's clock.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ResourceUnavailableException">Nobody answered.</exception>
    public static async Task<StreamSocket> ConnectAsync(Network network, HostPort to, TimeSpan timeout, TimeSpan retry,
        TimeProvider time, CancellationToken stop)
    {
        if (to.Host.Length == 0)
            throw new ResourceUnavailableException("address", $"address: a host is missing before '{to}'");
        if (to.Port == 0)
            throw new ResourceUnavailableException("address", $"address: {to} has port 0, where nobody listens");
        long start = time.GetTimestamp();
        var pause = s_firstPause;
        while (true)
        {
            SocketException refusal;
            try
            {
                return await ConnectOnceAsync(network, to, timeout, time, stop);
            }
            catch (SocketException e)
            {
                refusal = e;
            }
            if (time.GetElapsedTime(start) + pause > retry)
                throw CannotConnect(to, timeout, retry, refusal);
            await Task.Delay(pause, time, stop);
            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }
    }

    private static async Task<StreamSocket> ConnectOnceAsync(Network network, HostPort to, TimeSpan timeout,
        TimeProvider time, CancellationToken stop)
    {
        var addresses = IPAddress.TryParse(to.Host, out var figures)
            ? [figures]
            : await network.ResolveAsync(to.Host, AddressFamily.Unspecified, stop);
        SocketException? refusal = null;
        foreach (var address in addresses)
        {
            using var limit = new CancellationTokenSource(
                timeout > TimeSpan.Zero ? timeout : Timeout.InfiniteTimeSpan, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
            try
            {
                return await network.ConnectAsync(new IPEndPoint(address, to.Port), either.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                refusal = new SocketException((int)SocketError.TimedOut);
            }
            catch (SocketException e)
            {
                refusal = e;
            }
        }
        throw refusal ?? new SocketException((int)SocketError.HostNotFound);
    }

    private static ResourceUnavailableException CannotConnect(HostPort to, TimeSpan timeout, TimeSpan retry,
        SocketException e)
    {
        string tried = retry > TimeSpan.Zero ? $" for {retry.TotalSeconds:0.###} s" : "";
        return new ResourceUnavailableException("address", $"cannot connect to {to}{tried}: {e.Message}"
            + e.SocketErrorCode switch
            {
                SocketError.ConnectionRefused =>
                    "; nobody listens there: start the server first, or let retry=10s keep trying",
                SocketError.TimedOut when timeout > TimeSpan.Zero =>
                    $"; no answer within {timeout.TotalSeconds:0.###} s: is it the right address, does a firewall "
                    + "drop it? timeout= changes the time",
                SocketError.TimedOut => "; is it the right address, does a firewall drop it?",
                SocketError.NetworkUnreachable or SocketError.HostUnreachable => "; no route leads there",
                SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain =>
                    "; no such name: is it spelt right?",
                SocketError.TooManyOpenSockets => "; this process has no descriptors left: raise ulimit -n",
                _ => "",
            }, e);
    }

    /// <summary>Listens at a local address.</summary>
    /// <exception cref="ResourceUnavailableException">The address is taken, foreign or not permitted.</exception>
    public static async Task<StreamListener> ListenAsync(Network network, HostPort at, StreamListenOptions options,
        CancellationToken stop)
    {
        var local = await UdpEndpoint.ResolveAsync(network, "address", at, AddressFamily.Unspecified, stop);
        try
        {
            return network.Listen(local, options);
        }
        catch (SocketException e)
        {
            throw new ResourceUnavailableException("address", $"cannot listen at {local}: {e.Message}"
                + e.SocketErrorCode switch
                {
                    SocketError.AddressAlreadyInUse =>
                        "; another program has it: choose another port, or end that program",
                    SocketError.AddressNotAvailable => "; no interface of this machine has that address",
                    SocketError.AccessDenied => "; ports below 1024 are for privileged programs",
                    SocketError.OperationNotSupported => "; ports cannot be shared here: leave out reuse_port",
                    SocketError.TooManyOpenSockets => "; this process has no descriptors left: raise ulimit -n",
                    _ => "",
                }, e);
        }
    }

    /// <summary>What a component says of a connection that broke.</summary>
    public static IOException Broken(StreamSocket socket, Exception e) =>
        new($"the connection with {socket.RemoteEndPoint} broke: {e.Message}"
            + (e as SocketException)?.SocketErrorCode switch
            {
                SocketError.ConnectionReset => "; the far end gave it up before it was over",
                SocketError.Shutdown or SocketError.ConnectionAborted => "; the far end takes no more",
                SocketError.TimedOut => "; the far end does not answer any more",
                _ => "",
            }, e);
}
