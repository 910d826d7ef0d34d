using System.Net.Sockets;
using Kamaelia.Axon;
using Kamaelia.Interop;

namespace Kamaelia.Net;

/// <summary>A socket's place in the poller of the scheduler whose component reads it: what comes wakes that component,
/// without a thread in between.</summary>
/// <remarks>Of a socket that does not block. The scheduler's thread; <see cref="Unwatch"/>: any.</remarks>
internal sealed class ReadWatch(Socket socket)
{
    private Poller? _poller;
    private int _descriptor;
    private int _id;

    /// <summary>From now on the component is woken when there is something to read; it then reads until nothing is
    /// left, by calls that do not wait. False: there is no such poller here.</summary>
    public bool TryWatch(Component reader)
    {
        var scheduler = reader.Scheduler!;
        if (ReferenceEquals(_poller, scheduler.Poller) && _id == reader.Id)
            return true;
        Unwatch(); // It was moved.
        if (socket.SafeHandle.IsClosed || !NativeScheduling.TryAttachPoller(scheduler))
            return false; // The number of a closed descriptor may be another's.
        int descriptor = (int)socket.SafeHandle.DangerousGetHandle();
        if (!scheduler.Poller.TryWatch(descriptor, reader.Id))
            return false;
        (_descriptor, _id) = (descriptor, reader.Id);
        Volatile.Write(ref _poller, scheduler.Poller);
        return true;
    }

    /// <summary>No more: before the socket is closed, and before the component's place becomes another's.</summary>
    public void Unwatch() => Interlocked.Exchange(ref _poller, null)?.Unwatch(_descriptor);
}
