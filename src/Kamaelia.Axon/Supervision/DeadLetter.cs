namespace Kamaelia.Axon;

/// <summary>A message that waited in a supervised child's inbox when the child went down
/// (<see cref="RestartQueue.DeadLetter"/>).</summary>
/// <remarks>A letter that holds a chunk holds its reference: whoever receives the letter disposes it. Any
/// thread.</remarks>
public sealed class DeadLetter : IDisposable
{
    private int _holders = 1;

    internal DeadLetter(string path, string box, object message)
    {
        Path = path;
        Box = box;
        Message = message;
    }

    /// <summary>The supervised child that it was for: <c>/graph/group/child</c>.</summary>
    public string Path { get; }

    /// <summary>The child's inbox that it waited in.</summary>
    public string Box { get; }

    /// <summary>The message. A chunk is valid until the letter is disposed.</summary>
    public object Message { get; }

    /// <summary>The same letter for one more receiver, who disposes it too.</summary>
    public DeadLetter Share()
    {
        Share(1);
        return this;
    }

    internal void Share(int more) => Interlocked.Add(ref _holders, more);

    /// <summary>Gives up the letter; the last of its receivers gives up the chunk in it.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _holders) == 0 && Message is Chunk chunk)
            chunk.Dispose();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Path}.{Box}: {Message}";
}
