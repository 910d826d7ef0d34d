using Kamaelia.Axon;

namespace Kamaelia.Catalogue;

/// <summary>A component with arrays of boxes, made as they are asked for: a tee's outboxes, a mixer's
/// inboxes.</summary>
/// <remarks>
/// In the notation <c>@t.out#2</c> is the third of the array <c>out</c>, and each <c>@t |</c> takes the next free one.
/// The members are called before the component starts; a component may offer its own methods for later.
/// </remarks>
public interface IBoxArrays
{
    /// <summary>The arrays as ports are: the name without a number, direction, message type, a sentence.</summary>
    IReadOnlyList<PortInfo> BoxArrays { get; }

    /// <summary>The box at an index of an array, which is made if it is not there.</summary>
    Box GetBox(string arrayName, int index);
}
