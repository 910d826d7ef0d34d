using Kamaelia.Axon;

namespace Kamaelia.Cli;

/// <summary>The start of a graph, real or simulated.</summary>
internal static class GraphStart
{
    /// <summary>Starts it. False: a check found errors, and they were said.</summary>
    public static bool TryStart(Graph graph)
    {
        try
        {
            graph.Start();
            return true;
        }
        catch (GraphInvalidException refusal)
        {
            foreach (var diagnostic in refusal.Diagnostics)
                Terminal.Say(diagnostic.ToString());
            return false;
        }
    }
}
