// A stranger's program: it has the packages and nothing else of this repository.
using System.Runtime.InteropServices;

Console.WriteLine($"abi {Library.Version() >> 16}");

internal static partial class Library
{
    [LibraryImport("libkamaelia", EntryPoint = "kam_abi_version")]
    internal static partial uint Version();
}
