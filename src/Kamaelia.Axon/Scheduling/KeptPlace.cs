namespace Kamaelia.Axon;

/// <summary>In a place that is kept for a component on its way.</summary>
internal sealed class KeptPlace : Activation
{
    public static KeptPlace Instance { get; } = new();

    internal override void Resume()
    {
    }
}
