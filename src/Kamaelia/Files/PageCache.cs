using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Kamaelia.Files;

/// <summary>Reads what the system already holds in memory, without ever waiting for a disk (Linux).</summary>
/// <remarks>
/// A read on the thread pool costs two thread hops. With the file in the page cache, the usual case, that is several
/// times the read itself, so it is worth asking first.
/// </remarks>
internal static unsafe partial class PageCache
{
    private const int ReadNoWait = 8; // RWF_NOWAIT, linux/fs.h
    private static volatile bool s_isAvailable = OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    /// <summary>Bytes read at that offset, 0 at the end of the file; −1 when it cannot be done without
    /// waiting.</summary>
    public static int TryRead(SafeFileHandle file, Span<byte> into, long offset)
    {
        if (!s_isAvailable)
            return -1;
        bool isHeld = false;
        try
        {
            file.DangerousAddRef(ref isHeld);
            fixed (byte* bytes = into)
            {
                var vector = new IoVector { Bytes = bytes, Length = (nuint)into.Length };
                // Every failure is answered with -1: the ordinary read that follows reports what is really wrong.
                return (int)Read((int)file.DangerousGetHandle(), &vector, 1, offset, ReadNoWait);
            }
        }
        catch (EntryPointNotFoundException)
        {
            s_isAvailable = false; // A C library before glibc 2.26 or musl 1.2.5.
            return -1;
        }
        finally
        {
            if (isHeld)
                file.DangerousRelease();
        }
    }

    [LibraryImport("libc", EntryPoint = "preadv2")]
    private static partial nint Read(int file, IoVector* vectors, int count, long offset, int flags);

    private struct IoVector
    {
        public byte* Bytes;
        public nuint Length;
    }
}
