namespace Kamaelia.BindGen;

/// <summary>The lines that differ, with their numbers. A longest common subsequence: the files have some hundred
/// lines.</summary>
internal static class TextDiff
{
    public static void Write(TextWriter output, string oldText, string newText)
    {
        var before = oldText.Split('\n');
        var after = newText.Split('\n');
        var common = Lengths(before, after);
        int i = 0, j = 0;
        while (i < before.Length || j < after.Length)
        {
            if (i < before.Length && j < after.Length && before[i] == after[j])
            {
                i++;
                j++;
            }
            else if (j < after.Length && (i == before.Length || common[i, j + 1] >= common[i + 1, j]))
                output.WriteLine($"+{j + 1}: {after[j++]}");
            else
                output.WriteLine($"-{i + 1}: {before[i++]}");
        }
    }

    /// <summary>[i, j]: how many lines the two have in common, in order, from before[i] and after[j] on.</summary>
    private static int[,] Lengths(string[] before, string[] after)
    {
        var lengths = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
            for (var j = after.Length - 1; j >= 0; j--)
                lengths[i, j] = before[i] == after[j]
                    ? lengths[i + 1, j + 1] + 1
                    : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
        return lengths;
    }
}
