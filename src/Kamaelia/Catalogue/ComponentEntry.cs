using Kamaelia.Notation;

namespace Kamaelia.Catalogue;

/// <summary>A name of the catalogue: a managed implementation, a native one, or both behind the same ports.</summary>
public sealed class ComponentEntry
{
    internal ComponentEntry(string name, ComponentTwin? managed, ComponentTwin? native)
    {
        Name = name;
        Managed = managed;
        Native = native;
    }

    /// <summary>As in the notation.</summary>
    public string Name { get; }

    /// <summary>Null if there is none.</summary>
    public ComponentTwin? Managed { get; }

    /// <summary>Null if there is none, or the native library is not there.</summary>
    public ComponentTwin? Native { get; }

    /// <summary>The one that runs unless the text forces the other: native where it exists.</summary>
    public ComponentTwin Auto => Native ?? Managed!;

    /// <summary>The one that is asked for, or null.</summary>
    public ComponentTwin? Choose(Twin twin) => twin switch
    {
        Twin.Native => Native,
        Twin.Managed => Managed,
        _ => Auto,
    };
}
