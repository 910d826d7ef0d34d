using System.Text;
using Kamaelia.Interop.Native;
using static Kamaelia.Interop.Native.NativeMethods;

namespace Kamaelia.Interop;

/// <summary>The one place where a kam_status becomes an exception.</summary>
internal static unsafe class NativeStatus
{
    /// <summary>Enough for any sentence; a longer one is cut by the library.</summary>
    public const int ErrorTextBytes = 512;

    /// <summary>A kam_error over a caller's buffer, usually on the stack.</summary>
    public static kam_error ErrorInto(byte* buffer, int bytes) => new() { utf8 = buffer, capacity_bytes = (uint)bytes };

    /// <summary>Returns the status unless it is below zero.</summary>
    /// <param name="status">Of the call.</param>
    /// <param name="error">What the call was given to leave its sentence in.</param>
    /// <param name="what">What was being done, for the calls that leave no sentence.</param>
    public static int Check(int status, in kam_error error, string what)
    {
        if (status < 0)
            throw ToException(status, TextOf(error), what);
        return status;
    }

    /// <inheritdoc cref="Check(int, in kam_error, string)"/>
    public static int Check(int status, string what) => Check(status, default, what);

    public static Exception ToException(int status, string text, string what)
    {
        var message = text.Length > 0 ? text : $"{what}: {Meaning(status)}";
        return status switch
        {
            KAM_E_INVALID => new ArgumentException(message),
            KAM_E_NO_MEMORY => new InsufficientMemoryException(message),
            KAM_E_ABI => new NativeUnavailableException(message),
            KAM_E_NOT_FOUND => new FileNotFoundException(message), // A file, an interface: missing outside.
            KAM_E_IO => new IOException(message),
            KAM_E_UNSUPPORTED => new PlatformNotSupportedException(message),
            _ => new NativeException(message, status),
        };
    }

    private static string Meaning(int status) => status switch
    {
        KAM_E_INVALID => "an argument is wrong",
        KAM_E_NO_MEMORY => "no memory",
        KAM_E_NOT_FOUND => "not found",
        KAM_E_INTERNAL => "an exception was caught in native code",
        KAM_E_ABI => "the ABI versions do not fit",
        KAM_E_IO => "the operating system refused",
        KAM_E_UNSUPPORTED => "not on this platform",
        KAM_E_EXISTS => "exists already",
        _ => $"status {status}",
    };

    public static string TextOf(in kam_error error)
    {
        if (error.utf8 == null)
            return "";
        // The library keeps to the capacity; a component of somebody else's may not.
        return Encoding.UTF8.GetString(error.utf8, (int)Math.Min(error.bytes_out, error.capacity_bytes));
    }

    public static string TextOf(in kam_text text) =>
        text.utf8 == null ? "" : Encoding.UTF8.GetString(text.utf8, checked((int)text.bytes));
}
