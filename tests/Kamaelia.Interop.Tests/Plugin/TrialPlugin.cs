namespace Kamaelia.Interop.Tests;

/// <summary>The plugin of trial_plugin.c, built and loaded once for all tests that want it.</summary>
internal static class TrialPlugin
{
    private static readonly Lock s_lock = new();
    private static string? s_path;

    /// <summary>Builds and loads it; skips the test where it cannot be built.</summary>
    public static string Load()
    {
        lock (s_lock)
        {
            if (s_path is not null)
                return s_path;
            // Kept: the loaded file must stay where it is as long as the process runs.
            var folder = new TemporaryFolder();
            var source = Path.Combine(AppContext.BaseDirectory, "Plugin", "trial_plugin.c");
            var path = CCompiler.BuildLibraryFrom(folder, "trial_plugin.so", source);
            NativeComponents.LoadPlugin(path);
            AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
            return s_path = path;
        }
    }
}
