namespace Kamaelia.Notation;

/// <summary>Which formats of bytes may be linked.</summary>
public static class PortFormats
{
    /// <summary>Any bytes may stand for any format, since a file or a datagram says nothing about what is in
    /// it.</summary>
    private static readonly string[] s_anything = ["", "bytes", "datagram"];

    /// <summary>What comes out may go in: the same format, or one side takes or promises nothing in
    /// particular.</summary>
    public static bool Fit(string from, string to) =>
        from == to || s_anything.Contains(from) || s_anything.Contains(to);
}
