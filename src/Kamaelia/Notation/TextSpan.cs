namespace Kamaelia.Notation;

/// <summary>A run of UTF-16 units of a source text.</summary>
/// <param name="Start">Index of the first.</param>
/// <param name="Length">How many; 0 is a place between two, such as the end of the text.</param>
public readonly record struct TextSpan(int Start, int Length)
{
    /// <summary>Index just after the last.</summary>
    public int End => Start + Length;

    /// <summary>From the start of one to the end of another.</summary>
    public static TextSpan FromBounds(int start, int end) => new(start, end - start);
}
