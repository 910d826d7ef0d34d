namespace Kamaelia.Axon;

/// <summary>What ordinary code outside a graph may be waiting on.</summary>
internal interface IGraphHandle
{
    /// <summary>The graph was abandoned: whoever waits must hear of it, though the component still lives. Any thread.
    /// </summary>
    void GraphIsOver(Exception cause);
}
