namespace Kamaelia.Axon;

/// <summary>The graph itself as the parent of its components. It has no body and lives on no scheduler.</summary>
internal sealed class RootComponent : Component
{
    public RootComponent(Graph owner)
    {
        Owner = owner;
        Name = owner.Name;
    }

    public Graph Owner { get; }

    protected override Run RunAsync(CancellationToken stop) => Run.Completed;
}
