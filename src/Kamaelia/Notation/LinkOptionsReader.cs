using Kamaelia.Catalogue;

namespace Kamaelia.Notation;

/// <summary>Reads what stands in <c>|[256,drop-oldest]</c>.</summary>
public static class LinkOptionsReader
{
    /// <summary>The words for what a full linkage does.</summary>
    public static IReadOnlyList<string> Policies { get; } =
        ["wait", "drop-oldest", "drop-newest", "keep-latest", "unbounded"];

    private static readonly (string Suffix, long Factor)[] s_byteUnits =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30),
        ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1),
    ];

    internal static LinkSyntax Read(Token pipe, Token? options, DiagnosticBag diagnostics)
    {
        if (options is not { } token)
            return new LinkSyntax(pipe.Span, null, null, null);
        int? capacity = null;
        long? capacityBytes = null;
        string? policy = null;
        int start = token.ValueSpan.Start;
        foreach (string part in token.Value.Split(','))
        {
            string word = part.Trim();
            int lead = part.Length - part.TrimStart().Length;
            var span = word.Length == 0 ? token.Span : new TextSpan(start + lead, word.Length);
            start += part.Length + 1;
            if (Policies.Contains(word))
            {
                if (policy is not null)
                    Complain(span, $"There is a policy already, {policy}.");
                policy = word;
            }
            else if (TryBytes(word, out long bytes))
            {
                if (bytes is < 1 or > int.MaxValue || capacityBytes is not null)
                    Complain(span, capacityBytes is not null
                        ? "There is a capacity in bytes already."
                        : "A capacity is 1 to 2147483647 bytes.");
                capacityBytes = Math.Clamp(bytes, 1, int.MaxValue);
            }
            else if (OptionText.TryInt(word, out long count))
            {
                if (count is < 1 or > 1 << 24 || capacity is not null)
                    Complain(span, capacity is not null
                        ? "There is a capacity already."
                        : "A capacity is 1 to 16777216 messages.");
                capacity = (int)Math.Clamp(count, 1, 1 << 24);
            }
            else
                Complain(span,
                    word.Length == 0 ? "Something is missing here." : $"'{word}' is no capacity and no policy.",
                    Suggestions.DidYouMean(word, Policies));
        }
        if (policy == "unbounded" && (capacity ?? capacityBytes) is not null)
            Complain(token.Span, "What is unbounded has no capacity.");
        return new LinkSyntax(TextSpan.FromBounds(pipe.Span.Start, token.Span.End), capacity, capacityBytes, policy);

        void Complain(TextSpan span, string message, string? suggestion = null) =>
            diagnostics.Add(DiagnosticCode.BadLinkOptions, span, message, suggestion);
    }

    private static bool TryBytes(string word, out long bytes)
    {
        bytes = 0;
        foreach (var (suffix, factor) in s_byteUnits)
        {
            if (word.EndsWith(suffix, StringComparison.Ordinal))
            {
                bool read = OptionText.TryInt(word.AsSpan(0, word.Length - suffix.Length), out long count)
                    && count < long.MaxValue / factor && count > long.MinValue / factor;
                bytes = read ? count * factor : 0;
                return read;
            }
        }
        return false;
    }
}
