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

    /// <summary>Decimal digits, a sign if need be, and k M G (1000) or Ki Mi Gi (1024).</summary>
    public static bool TryInt(ReadOnlySpan<char> text, out long value)
    {
        long factor = 1;
        if (text.EndsWith("i"))
        {
            factor = Factor(text[..^1], 1024);
            if (factor == 1)
            {
                value = 0;
                return false;
            }
            text = text[..^2];
        }
        else if (Factor(text, 1000) is var scale and not 1)
        {
            factor = scale;
            text = text[..^1];
        }
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
            return false;
        try
        {
            value = checked(value * factor);
            return true;
        }
        catch (OverflowException)
        {
            value = 0;
            return false;
        }
    }

    /// <summary>true false yes no on off 1 0.</summary>
    public static bool TryBool(ReadOnlySpan<char> text, out bool value)
    {
        value = text is "true" or "yes" or "on" or "1";
        return value || text is "false" or "no" or "off" or "0";
    }

    /// <summary>A number, not negative, with ns us ms s. A bare number has no unit and is refused, except 0.</summary>
    public static bool TryDuration(ReadOnlySpan<char> text, out TimeSpan value)
    {
        value = default;
        if (text is "0")
            return true;
        (int suffix, double ticks) = text switch
        {
            _ when text.EndsWith("ns") => (2, 0.01),
            _ when text.EndsWith("us") => (2, TimeSpan.TicksPerMicrosecond),
            _ when text.EndsWith("ms") => (2, TimeSpan.TicksPerMillisecond),
            _ when text.EndsWith("s") => (1, TimeSpan.TicksPerSecond),
            _ => (0, 0d),
        };
        if (suffix == 0 || !TryNumber(text[..^suffix], out double number) || number * ticks >= long.MaxValue)
            return false;
        value = new TimeSpan((long)Math.Round(number * ticks));
        return true;
    }

    /// <summary>Bits per second: a number, not negative, with k M G of 1000.</summary>
    public static bool TryRate(ReadOnlySpan<char> text, out long bitsPerSecond)
    {
        long factor = Factor(text, 1000);
        if (factor != 1)
            text = text[..^1];
        bool read = TryNumber(text, out double number) && number * factor < long.MaxValue;
        bitsPerSecond = read ? (long)Math.Round(number * factor) : 0;
        return read;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);

    private static long Factor(ReadOnlySpan<char> text, long thousand) => text.IsEmpty ? 1 : text[^1] switch
    {
        'k' or 'K' => thousand,
        'M' => thousand * thousand,
        'G' => thousand * thousand * thousand,
        _ => 1,
    };

    private static string? RangeProblem(OptionInfo option, long value, string unit) => (option.Min, option.Max) switch
    {
        ({ } min, { } max) when value < min || value > max => $"{value}{unit} is not between {min} and {max}.",
        ({ } min, null) when value < min => $"{value}{unit} is less than {min}.",
        (null, { } max) when value > max => $"{value}{unit} is more than {max}.",
        _ => null,
    };
}
