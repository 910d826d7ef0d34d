using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Kamaelia.Interop;

namespace Kamaelia.Stop.Tests;

/// <summary>The plugin of stop_probe.c, built and loaded once.</summary>
internal static unsafe class Probe
{
    private static readonly Lazy<string?> s_missing = new(Build);
    private static delegate* unmanaged[Cdecl]<int> s_live, s_entered;
    private static delegate* unmanaged[Cdecl]<void> s_release, s_trigger;
    private static delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<void>, void> s_reset;
    private static Action s_onTrigger = () => { };

    /// <summary>Why there is none; null when there is.</summary>
    public static string? Missing => s_missing.Value;

    /// <summary>Native instances made and not destroyed.</summary>
    public static int Live => Missing is null ? s_live() : 0;

    public static bool HasEntered => s_entered() != 0;

    public static void Release()
    {
        if (Missing is null)
            s_release();
    }

    public static void Trigger() => s_trigger();

    public static void Reset(Action onTrigger)
    {
        s_onTrigger = onTrigger;
        if (Missing is null)
            s_reset(&OnTrigger);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnTrigger() => s_onTrigger();

    private static string? Build()
    {
        if (!NativeLibraryInfo.IsAvailable)
            return "the native library is not here";
        var folder = Directory.CreateTempSubdirectory("kamaelia-stop-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Delete(true);
        var library = Path.Combine(folder.FullName, "stop_probe.so");
        var source = Path.Combine(AppContext.BaseDirectory, "Plugin", "stop_probe.c");
        string[] arguments =
            ["-shared", "-fPIC", "-std=c11", "-Wall", "-Werror", "-I" + Include(), "-o", library, source];
        try
        {
            var start = new ProcessStartInfo("cc", arguments) { RedirectStandardError = true };
            using var compiler = Process.Start(start)!;
            var errors = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            if (compiler.ExitCode != 0)
                throw new InvalidOperationException($"stop_probe.c: {errors}");
        }
        catch (Win32Exception)
        {
            return "there is no C compiler called cc";
        }
        NativeComponents.LoadPlugin(library);
        Bind(NativeLibrary.Load(library));
        return null;
    }

    private static void Bind(nint library)
    {
        s_live = (delegate* unmanaged[Cdecl]<int>)NativeLibrary.GetExport(library, "stop_probe_live");
        s_entered = (delegate* unmanaged[Cdecl]<int>)NativeLibrary.GetExport(library, "stop_probe_entered");
        s_release = (delegate* unmanaged[Cdecl]<void>)NativeLibrary.GetExport(library, "stop_probe_release");
        s_trigger = (delegate* unmanaged[Cdecl]<void>)NativeLibrary.GetExport(library, "stop_probe_trigger");
        s_reset = (delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<void>, void>)
            NativeLibrary.GetExport(library, "stop_probe_reset");
    }

    private static string Include()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var include = Path.Combine(folder.FullName, "native", "include");
            if (Directory.Exists(Path.Combine(include, "kamaelia")))
                return include;
        }
        throw new InvalidOperationException($"no native/include/kamaelia above {AppContext.BaseDirectory}");
    }
}
