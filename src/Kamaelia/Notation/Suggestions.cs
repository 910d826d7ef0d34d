namespace Kamaelia.Notation;

/// <summary>Finds what was probably meant.</summary>
public static class Suggestions
{
    /// <summary>The nearest of the candidates, as <c>did you mean 'udp.send'?</c>; null when none is near.</summary>
    public static string? DidYouMean(string word, IEnumerable<string> candidates, string prefix = "") =>
        Nearest(word, candidates) is { } nearest ? $"did you mean '{prefix}{nearest}'?" : null;

    /// <summary>The nearest of the candidates, or null when all need more than a third of their letters
    /// changed.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(candidates);
        string? best = null;
        int bestDistance = int.MaxValue;
        foreach (string candidate in candidates)
        {
            int limit = Math.Max(1, Math.Max(candidate.Length, Math.Min(word.Length, 40)) / 3);
            // The words of a name in another order or half of it: `send`, `send.udp`, `read` for `file.read`.
            int distance = SameParts(word, candidate) ? 1 : EditDistance(word, candidate, limit);
            if (distance <= limit && distance < bestDistance)
                (best, bestDistance) = (candidate, distance);
        }
        return best;
    }

    /// <summary>How many letters to change, add, drop or swap with a neighbour; more than the limit: limit +
    /// 1.</summary>
    public static int EditDistance(string from, string to, int limit)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        if (Math.Abs(from.Length - to.Length) > limit)
            return limit + 1;
        var twoAgo = new int[to.Length + 1];
        var last = new int[to.Length + 1];
        var row = new int[to.Length + 1];
        for (int j = 0; j <= to.Length; j++)
            last[j] = j;
        for (int i = 1; i <= from.Length; i++)
        {
            row[0] = i;
            int least = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int cost = Same(from[i - 1], to[j - 1]) ? 0 : 1;
                row[j] = Math.Min(Math.Min(last[j] + 1, row[j - 1] + 1), last[j - 1] + cost);
                if (i > 1 && j > 1 && Same(from[i - 1], to[j - 2]) && Same(from[i - 2], to[j - 1]))
                    row[j] = Math.Min(row[j], twoAgo[j - 2] + 1);
                least = Math.Min(least, row[j]);
            }
            if (least > limit)
                return limit + 1;
            (twoAgo, last, row) = (last, row, twoAgo);
        }
        return Math.Min(last[to.Length], limit + 1);
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);

    private static bool SameParts(string word, string candidate)
    {
        string[] parts = word.ToLowerInvariant().Split(['.', '-', '_'], StringSplitOptions.RemoveEmptyEntries);
        string[] wanted = candidate.Split('.');
        return wanted.Length > 1 && parts.Length is > 0 and <= 4 && (parts.Order().SequenceEqual(wanted.Order())
            || (parts is [var half] && half.Length > 2 && wanted.Contains(half)));
    }
}
