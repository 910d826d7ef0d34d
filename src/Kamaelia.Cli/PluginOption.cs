using System.CommandLine;
using Kamaelia.Catalogue;
using Kamaelia.Interop;

namespace Kamaelia.Cli;

/// <summary><c>--plugin PATH</c>: native components of the user's own.</summary>
internal static class PluginOption
{
    public static Option<string[]> Make() => new("--plugin")
    {
        Description = "Load native components of your own from the shared library PATH; may be repeated.",
        HelpName = "PATH",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Loads them into the catalogue. 0, or the exit code of what went wrong, which has been said.</summary>
    public static int Load(string[] paths)
    {
        foreach (string path in paths)
        {
            if (!File.Exists(path))
            {
                Terminal.SayError($"there is no plugin '{path}'");
                return ExitCodes.ResourceUnavailable;
            }
            try
            {
                ComponentCatalogue.Default.AddPlugin(path);
            }
            catch (Exception e) when (e is NativeException or NativeUnavailableException or IOException
                or ArgumentException)
            {
                Terminal.SayError($"{path}: {e.Message}");
                return ExitCodes.Native;
            }
        }
        return ExitCodes.Done;
    }
}
