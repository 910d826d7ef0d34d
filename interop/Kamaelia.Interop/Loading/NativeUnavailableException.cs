namespace Kamaelia.Interop;

/// <summary>Something native was asked for, and libkamaelia is missing or does not fit. The message lists what was
/// tried.</summary>
public sealed class NativeUnavailableException : Exception
{
    /// <summary>Made by the loader; the other constructors are what every exception has.</summary>
    public NativeUnavailableException(string message) : base(message)
    {
    }

    /// <inheritdoc cref="NativeUnavailableException(string)"/>
    public NativeUnavailableException() : this("the native library is not available")
    {
    }

    /// <inheritdoc cref="NativeUnavailableException(string)"/>
    public NativeUnavailableException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
