namespace Kamaelia.Benchmarks;

/// <summary>What was asked for cannot be done; the message says why, for people.</summary>
internal sealed class UsageException(string message, Exception? cause = null) : Exception(message, cause);
