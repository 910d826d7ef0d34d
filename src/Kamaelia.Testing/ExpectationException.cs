namespace Kamaelia.Testing;

/// <summary>Something was not as a test expects it.</summary>
/// <param name="message">What was expected, what was there, and how to see the run again.</param>
/// <param name="innerException">The fault behind it, if there is one.</param>
public sealed class ExpectationException(string message, Exception? innerException = null)
    : Exception(message, innerException);
