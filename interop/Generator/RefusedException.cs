namespace Kamaelia.BindGen;

/// <summary>The headers hold something that has no safe mirror in C#. The message begins with its file and
/// line.</summary>
internal sealed class RefusedException(Place place, string why) : Exception($"{place}: {why}");
