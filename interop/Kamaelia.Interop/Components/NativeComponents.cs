using System.Text;
using Kamaelia.Interop.Native;

namespace Kamaelia.Interop;

/// <summary>The native component types of this process: those of the library and those of plugins.</summary>
/// <remarks>Any thread. Everything here throws <see cref="NativeUnavailableException"/> where the library is missing:
/// ask <see cref="NativeLibraryInfo.IsAvailable"/> first.</remarks>
public static unsafe class NativeComponents
{
    private static readonly Lock s_lock = new();
    private static NativeComponentType[] s_types = [];

    /// <summary>Every type, in the order of registration. Grows when a plugin is loaded.</summary>
    /// <exception cref="NativeUnavailableException">There is no native library.</exception>
    public static IReadOnlyList<NativeComponentType> Types
    {
        get
        {
            NativeLibraryInfo.Demand();
            var types = Volatile.Read(ref s_types);
            return types.Length == (int)NativeMethods.kam_type_count() ? types : ReadTypes();
        }
    }

    /// <summary>The type of that name, or null.</summary>
    /// <exception cref="NativeUnavailableException">There is no native library.</exception>
    public static NativeComponentType? Find(string name) => Types.FirstOrDefault(type => type.Name == name);

    /// <summary>Loads a shared library of the user's own, whose component types then exist here too. Loading one twice
    /// does nothing.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="NativeUnavailableException">There is no native library, or the plugin was built for another
    /// ABI.</exception>
    /// <exception cref="NativeException">No such file, no plugin, or a name that is taken: the message says
    /// which.</exception>
    public static void LoadPlugin(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        NativeLibraryInfo.Demand();
        var bytes = Encoding.UTF8.GetBytes(Path.GetFullPath(path));
        var text = stackalloc byte[NativeStatus.ErrorTextBytes];
        var error = NativeStatus.ErrorInto(text, NativeStatus.ErrorTextBytes);
        int status;
        fixed (byte* utf8 = bytes)
            status = NativeMethods.kam_plugin_load(utf8, (uint)bytes.Length, &error);
        NativeStatus.Check(status, error, $"loading {path}");
    }

    /// <summary>Makes a component of a native type.</summary>
    /// <param name="name">The type's name: <c>udp.send</c>.</param>
    /// <param name="options">Names and texts, as in the notation.</param>
    /// <exception cref="NativeUnavailableException">There is no native library.</exception>
    /// <exception cref="ArgumentException">No such type, no such option, one that is missing, or a value that does not
    /// read: the message says which.</exception>
    public static NativeComponent Create(string name, params ReadOnlySpan<(string Name, string Value)> options)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var type = Find(name) ?? throw new ArgumentException($"there is no native component type '{name}'; there are "
            + string.Join(", ", Types.Select(known => known.Name)), nameof(name));
        return new NativeComponent(type, options);
    }

    private static NativeComponentType[] ReadTypes()
    {
        lock (s_lock)
        {
            var known = s_types;
            var types = new NativeComponentType[NativeMethods.kam_type_count()];
            known.CopyTo(types, 0);
            for (var i = known.Length; i < types.Length; i++)
                types[i] = new NativeComponentType(NativeMethods.kam_type_get((uint)i));
            Volatile.Write(ref s_types, types);
            return types;
        }
    }
}
