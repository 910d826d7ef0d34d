namespace Kamaelia.Interop;

/// <summary>A native call or a native component failed, and no exception of .NET's own says it better.</summary>
public sealed class NativeException : Exception
{
    /// <summary>With the library's own sentence.</summary>
    /// <param name="message">What the library said.</param>
    /// <param name="status">The kam_status, below zero.</param>
    public NativeException(string message, int status) : base(message) => Status = status;

    /// <inheritdoc cref="NativeException(string, int)"/>
    public NativeException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <inheritdoc cref="NativeException(string, int)"/>
    public NativeException(string message) : base(message)
    {
    }

    /// <inheritdoc cref="NativeException(string, int)"/>
    public NativeException() : this("a native call failed")
    {
    }

    /// <summary>The kam_status of the call, below zero: the same numbers on every system.</summary>
    public int Status { get; }
}
