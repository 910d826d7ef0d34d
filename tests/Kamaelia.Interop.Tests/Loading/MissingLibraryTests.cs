using System.Reflection;
using System.Runtime.Loader;

namespace Kamaelia.Interop.Tests;

/// <summary>A program without the native library: a second copy of the assembly, whose library cannot be
/// found.</summary>
[NonParallelizable] // It sets an environment variable for the moment in which the copy looks for its library.
public sealed class MissingLibraryTests
{
    private sealed class SecondCopy() : AssemblyLoadContext("second copy", isCollectible: true)
    {
        protected override Assembly? Load(AssemblyName name) =>
            name.Name == "Kamaelia.Interop" ? LoadFromAssemblyPath(typeof(NativeLibraryInfo).Assembly.Location) : null;
    }

    private SecondCopy _context = null!;
    private Assembly _copy = null!;
    private string? _before;

    [SetUp]
    public void LoadCopy()
    {
        _before = Environment.GetEnvironmentVariable(NativeLibraryInfo.PathVariable);
        Environment.SetEnvironmentVariable(NativeLibraryInfo.PathVariable, "/nowhere/libkamaelia.so");
        _context = new SecondCopy();
        _copy = _context.LoadFromAssemblyName(new AssemblyName("Kamaelia.Interop"));
    }

    [TearDown]
    public void UnloadCopy()
    {
        Environment.SetEnvironmentVariable(NativeLibraryInfo.PathVariable, _before);
        _context.Unload();
    }

    private object? Get(string type, string property)
    {
        try
        {
            return _copy.GetType(type, throwOnError: true)!.GetProperty(property)!.GetValue(null);
        }
        catch (TargetInvocationException wrapped)
        {
            throw wrapped.InnerException!;
        }
    }

    [Test]
    public void Info_WithoutTheLibrary_SaysWhyAndThrowsNothing()
    {
        Assert.That(_copy, Is.Not.SameAs(typeof(NativeLibraryInfo).Assembly));
        Assert.That(Get("Kamaelia.Interop.NativeLibraryInfo", "IsAvailable"), Is.False);
        Assert.That(Get("Kamaelia.Interop.NativeLibraryInfo", "Path"), Is.Null);
        Assert.That(Get("Kamaelia.Interop.NativeLibraryInfo", "AbiVersion"), Is.Null);
        Assert.That(Get("Kamaelia.Interop.NativeLibraryInfo", "Error"), Does.Contain("/nowhere/libkamaelia.so"));
    }

    [Test]
    public void Components_WithoutTheLibrary_ThrowWithThePathsTried()
    {
        var problem = Assert.Catch(() => Get("Kamaelia.Interop.NativeComponents", "Types"))!;

        Assert.That(problem.GetType().Name, Is.EqualTo(nameof(NativeUnavailableException)));
        Assert.That(problem.Message, Does.Contain("/nowhere/libkamaelia.so"));
    }
}
