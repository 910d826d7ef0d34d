using System.Globalization;

namespace Kamaelia.Catalogue;

/// <summary>Reads the text of option values: the rules that managed and native components share
/// (component.h).</summary>
public static class OptionText
{
    /// <summary>Why this text is no value of this option, as a sentence; null when it is one.</summary>
    public static string? Problem(OptionInfo option, string text) => option.Kind switch
    {
        OptionKind.Text when option.Choices.Count > 0 && !option.Choices.Contains(text) =>
            $"'{text}' is none of {string.Join(", ", option.Choices)}.",
        OptionKind.Text => null,
        OptionKind.Int => TryInt(text, out long number)
            ? RangeProblem(option, number, "")
            : $"'{text}' is not a whole number such as 188, 64k or 4Mi.",
        OptionKind.Bool => TryBool(text, out _) ? null : $"'{text}' is not true or false (or yes, no, on, off, 1, 0).",
        OptionKind.Duration => TryDuration(text, out _) ? null : $"'{text}' is not a duration such as 250ms or 1.5s.",
        OptionKind.Rate => TryRate(text, out long rate)
            ? RangeProblem(option, rate, " bits per second")
            : $"'{text}' is not a rate in bits per second such as 800k or 2.5M.",
        OptionKind.Address => HostPort.TryParse(text, out _)
            ? null
            : $"'{text}' is not an address such as 239.1.1.1:5004, [ff15::1]:5004 or :8080.",
        _ => $"The kind of this option, {(int)option.Kind}, is unknown to this version.",
    };

    /// <summary>Decimal digits, a minus if need be, and k K M G (1000) or Ki Mi Gi (1024).</summary>
    public static bool TryInt(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        bool isNegative = text.StartsWith("-");
        if (!TryDigits(ref text, isNegative ? 1 : 0, out long whole))
            return false;
        long factor = text switch
        {
            "" => 1,
            "k" or "K" => 1_000,
            "M" => 1_000_000,
            "G" => 1_000_000_000,
            "Ki" => 1L << 10,
            "Mi" => 1L << 20,
            "Gi" => 1L << 30,
            _ => 0,
        };
        if (factor == 0 || whole > long.MaxValue / factor)
            return false;
        value = isNegative ? -whole * factor : whole * factor;
        return true;
    }

    /// <summary>true false yes no on off 1 0.</summary>
    public static bool TryBool(ReadOnlySpan<char> text, out bool value)
    {
        value = text is "true" or "yes" or "on" or "1";
        return value || text is "false" or "no" or "off" or "0";
    }

    /// <summary>A number, not negative, with ns us ms s, to the nearest tick. A bare number has no unit and is refused,
    /// except 0.</summary>
    public static bool TryDuration(ReadOnlySpan<char> text, out TimeSpan value)
    {
        value = default;
        if (text is "0")
            return true;
        long unitNs = text switch
        {
            _ when text.EndsWith("ns") => 1,
            _ when text.EndsWith("us") => 1_000,
            _ when text.EndsWith("ms") => 1_000_000,
            _ when text.EndsWith("s") => 1_000_000_000,
            _ => 0,
        };
        if (unitNs == 0 || !TryScaled(text[..^(unitNs == 1_000_000_000 ? 1 : 2)], unitNs, out long ns))
            return false;
        value = new TimeSpan(ns / TimeSpan.NanosecondsPerTick + (ns % TimeSpan.NanosecondsPerTick >= 50 ? 1 : 0));
        return true;
    }

    /// <summary>Bits per second: a number, not negative, with k K M G of 1000.</summary>
    public static bool TryRate(ReadOnlySpan<char> text, out long bitsPerSecond)
    {
        long factor = text.IsEmpty ? 1 : text[^1] switch
        {
            'k' or 'K' => 1_000,
            'M' => 1_000_000,
            'G' => 1_000_000_000,
            _ => 1,
        };
        return TryScaled(factor == 1 ? text : text[..^1], factor, out bitsPerSecond);
    }

    /// <summary>Digits, and behind a point up to nine more, times a factor of at most 10^9; what is less than one unit
    /// is cut off.</summary>
    private static bool TryScaled(ReadOnlySpan<char> text, long factor, out long value)
    {
        value = 0;
        long fraction = 0;
        long fractionOf = 1;
        if (!TryDigits(ref text, 0, out long whole))
            return false;
        if (text.StartsWith("."))
        {
            int digits = text.Length - 1;
            if (digits > 9 || !TryDigits(ref text, 1, out fraction))
                return false;
            for (; digits > 0; digits--)
                fractionOf *= 10;
        }
        long rest = fraction * factor / fractionOf;
        if (!text.IsEmpty || whole > (long.MaxValue - rest) / factor)
            return false;
        value = whole * factor + rest;
        return true;
    }

    /// <summary>Takes a run of digits off the text, behind so many signs that are no part of it.</summary>
    private static bool TryDigits(ref ReadOnlySpan<char> text, int skipped, out long value)
    {
        var left = text[skipped..];
        int digits = left.IndexOfAnyExceptInRange('0', '9');
        if (digits < 0)
            digits = left.Length;
        bool isRead = long.TryParse(left[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out value);
        text = left[digits..];
        return isRead;
    }

    private static string? RangeProblem(OptionInfo option, long value, string unit) => (option.Min, option.Max) switch
    {
        ({ } min, { } max) when value < min || value > max => $"{value}{unit} is not between {min} and {max}.",
        ({ } min, null) when value < min => $"{value}{unit} is less than {min}.",
        (null, { } max) when value > max => $"{value}{unit} is more than {max}.",
        _ => null,
    };
}
