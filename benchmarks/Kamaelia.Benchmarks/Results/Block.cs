namespace Kamaelia.Benchmarks.Results;

/// <summary>A part of a page that is written by the bench, between two comments that name it.</summary>
internal static class Block
{
    public static string BeginMark(string name) => $"<!-- {name}: written by ./build.sh bench --readme -->";

    public static string EndMark(string name) => $"<!-- {name}: end -->";

    /// <summary>The text between the marks, or null when they are not both there, in this order, once.</summary>
    public static string? Find(string page, string name)
    {
        string begin = BeginMark(name), end = EndMark(name);
        int from = page.IndexOf(begin, StringComparison.Ordinal);
        int to = page.IndexOf(end, StringComparison.Ordinal);
        bool isOnce = from >= 0 && to > from && page.IndexOf(begin, from + 1, StringComparison.Ordinal) < 0;
        return isOnce ? page[(from + begin.Length)..to].Trim('\n') + "\n" : null;
    }

    /// <summary>The page with another text between the marks.</summary>
    /// <exception cref="UsageException">The marks are not there.</exception>
    public static string Replace(string page, string name, string text)
    {
        if (Find(page, name) is null)
            throw new UsageException($"the page has no '{BeginMark(name)}' … '{EndMark(name)}'");
        int from = page.IndexOf(BeginMark(name), StringComparison.Ordinal) + BeginMark(name).Length;
        int to = page.IndexOf(EndMark(name), StringComparison.Ordinal);
        return $"{page[..from]}\n{text.Trim('\n')}\n{page[to..]}";
    }
}
