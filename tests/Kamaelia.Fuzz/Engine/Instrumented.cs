using System.Reflection;
using System.Runtime.Loader;

namespace Kamaelia.Fuzz.Engine;

/// <summary>Loads this program once more beside copies of the libraries that count their branches.</summary>
internal sealed class Instrumented : AssemblyLoadContext
{
    // Where input is read. Interop keeps its own place, beside the native library.
    private static readonly string[] s_counted = ["Kamaelia", "Kamaelia.Axon", "Kamaelia.Cli"];
    private readonly string _folder;

    private Instrumented(string folder) => _folder = folder;

    /// <summary>Runs <see cref="FuzzCommand.Run"/> in the copy; its answer.</summary>
    public static int Run(string[] args)
    {
        string folder = Directory.CreateTempSubdirectory("kamaelia-fuzz-").FullName;
        try
        {
            foreach (string name in s_counted)
            {
                string copy = Path.Combine(folder, name + ".dll");
                File.Copy(Path.Combine(AppContext.BaseDirectory, name + ".dll"), copy);
                foreach (string _ in SharpFuzz.Fuzzer.Instrument(copy, _ => true, SharpFuzz.Options.Value))
                {
                    // It names each type as it goes; that drives it.
                }
            }
            var own = typeof(Instrumented).Assembly;
            var again = new Instrumented(folder).LoadFromAssemblyPath(own.Location);
            var run = again.GetType(typeof(FuzzCommand).FullName!)!.GetMethod(nameof(FuzzCommand.Run))!;
            return (int)run.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [args], null)!;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    protected override Assembly? Load(AssemblyName name)
    {
        string copy = Path.Combine(_folder, name.Name + ".dll");
        if (File.Exists(copy))
            return LoadFromAssemblyPath(copy);
        bool isOurs = name.Name!.StartsWith("Kamaelia", StringComparison.Ordinal);
        return isOurs ? LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, name.Name + ".dll")) : null;
    }
}
