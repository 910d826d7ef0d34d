namespace Kamaelia.Catalogue;

/// <summary>The list of this library's managed components.</summary>
/// <remarks>One line each, by hand: trimming keeps what stands here, and nothing is looked up by reflection.</remarks>
internal static class BuiltIn
{
    public static void AddTo(ComponentCatalogue catalogue)
    {
    }

    /// <summary>The components that take any message: each type of message needs its own, compiled.</summary>
    public static void AddMessageType<T>(ComponentCatalogue catalogue)
    {
    }
}
