namespace Kamaelia.Fuzz.Engine;

/// <summary>One parser under attack: what it is given, and what must hold whatever that is.</summary>
public abstract class FuzzTarget
{
    /// <summary>As on the command line and as the folder of its corpus.</summary>
    public abstract string Name { get; }

    /// <summary>Inputs to begin with, besides the files of its corpus.</summary>
    public virtual IEnumerable<byte[]> Seeds => [];

    /// <summary>Pieces that mean something to the parser: mutation puts them in as they are.</summary>
    public virtual IReadOnlyList<byte[]> Tokens => [];

    /// <summary>Longest input that is tried.</summary>
    public virtual int InputBytesMax => 4096;

    /// <summary>What a run may allocate whatever it is given, and for each byte of its input on top. A parser that is
    /// quadratic in its input passes the second one.</summary>
    public virtual (long Fixed, long PerByte) AllocatedBytesMax => (8 << 20, 8192);

    /// <summary>Runs one input. Whatever it throws is a failure: documented exceptions are caught inside.</summary>
    public abstract void Run(ReadOnlySpan<byte> input);

    /// <summary>Ends the run as a failure if something does not hold.</summary>
    protected static void Expect(bool holds, string what)
    {
        if (!holds)
            throw new BrokenPromiseException(what);
    }
}

/// <summary>Something that must hold for every input did not.</summary>
public sealed class BrokenPromiseException(string what) : Exception(what);
