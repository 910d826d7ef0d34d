using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using Microsoft.Win32.SafeHandles;

namespace Kamaelia.Net;

/// <summary>A sendfile(2) on the thread pool, again and again without allocating (Linux).</summary>
/// <remarks>On the pool, because it waits for a disk where the page cache has not got the bytes. .NET's own
/// <c>Socket.SendFileAsync</c> sends whole files only.</remarks>
internal sealed unsafe partial class SystemSendFile : IThreadPoolWorkItem, IValueTaskSource<int>
{
    private static volatile bool s_isAvailable = OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    private ManualResetValueTaskSourceCore<int> _core;
    private SafeHandle? _socket;
    private SafeFileHandle? _file;
    private long _offset;
    private int _bytes;

    /// <summary>Whether this system has it.</summary>
    public static bool IsAvailable => s_isAvailable;

    /// <summary>One at a time. Bytes sent; 0: the file has no such place; −1: no room now, or a failure, which the
    /// ordinary write that follows reports.</summary>
    /// <param name="socket">One that does not block.</param>
    /// <param name="file">A file with places.</param>
    /// <param name="offset">Where to begin.</param>
    /// <param name="bytes">At most so many.</param>
    public ValueTask<int> StartAsync(SafeHandle socket, SafeFileHandle file, long offset, int bytes)
    {
        (_socket, _file, _offset, _bytes) = (socket, file, offset, bytes);
        _core.Reset();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return new ValueTask<int>(this, _core.Version);
    }

    void IThreadPoolWorkItem.Execute()
    {
        int sent = Send();
        (_socket, _file) = (null, null);
        _core.SetResult(sent);
    }

    private int Send()
    {
        bool holdsSocket = false, holdsFile = false;
        try
        {
            _socket!.DangerousAddRef(ref holdsSocket);
            _file!.DangerousAddRef(ref holdsFile);
            long at = _offset;
            return (int)SendFile((int)_socket.DangerousGetHandle(), (int)_file.DangerousGetHandle(), &at,
                (nuint)_bytes);
        }
        catch (ObjectDisposedException)
        {
            return -1;
        }
        catch (EntryPointNotFoundException)
        {
            s_isAvailable = false;
            return -1;
        }
        finally
        {
            if (holdsSocket)
                _socket!.DangerousRelease();
            if (holdsFile)
                _file!.DangerousRelease();
        }
    }

    int IValueTaskSource<int>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token,
        ValueTaskSourceOnCompletedFlags flags) => _core.OnCompleted(continuation, state, token, flags);

    // The 64-bit C libraries' off_t is a long.
    [LibraryImport("libc", EntryPoint = "sendfile")]
    private static partial nint SendFile(int socket, int file, long* offset, nuint bytes);
}
