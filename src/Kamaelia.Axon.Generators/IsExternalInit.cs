namespace System.Runtime.CompilerServices;

/// <summary>What records need and netstandard2.0, which the compiler loads us as, does not have.</summary>
internal static class IsExternalInit;
